# Starts Vault and makes it ready: what an operator does once in production, call by call. Sourced by dev/up.
# shellcheck shell=bash disable=SC2034,SC2154

vault_address='' vault_name='' vault_program='' status='' body=''

# A call of the HTTP API: method, path, JSON. The token and the JSON travel by file and pipe, never as arguments.
api() {
  local answer
  answer=$(printf '%s' "${3:-}" | curl -sS --max-time 20 --cacert "$home/vault/ca.pem" -H @"$secrets/vault-header" \
    -X "$1" ${3:+--data-binary @-} -w '\n%{http_code}' "$vault_address/v1/$2" 2>>"$logs/vault-setup.log") || return 1
  status=${answer##*$'\n'}
  body=${answer%$'\n'*}
}

expect() {
  api "$@" || fail "Vault does not answer at $vault_address; see dev/logs vault, then dev/down and dev/up." 4
  case $status in
    2*) ;;
    *) fail "Vault answered $1 $2 with $status; see dev/logs vault. To start anew: dev/down --purge." 4 ;;
  esac
}

# A text of the last answer, by name; the first one of a list.
text() { printf '%s' "$body" | sed -n 's/.*"'"$1"'":\[*"\([^"]*\)".*/\1/p'; }

# bao or vault on the PATH, else the core that tests/servers builds with Go. A file on the PATH may be the shim of a version
# manager that finds nothing behind it.
find_vault() {
  local name
  for name in bao vault; do
    if have "$name" && "$name" version >/dev/null 2>&1; then
      vault_program=$(command -v "$name")
      return
    fi
  done
  TEGULA_SERVERS_HOME=$servers "$root/tests/servers/install" vault 2>&1 | while IFS= read -r line; do
    case $line in 'vault: there'*) ;; *) printf '%s\n' "$line" >&2 ;; esac
  done || exit 7
  vault_program=$servers/vault/tegula-vault
}

# A key and a certificate for this host, which is its own authority.
certify() {
  if [ -s "$home/vault/ca.pem" ]; then return; fi
  need openssl 'install it with the package manager of your system.'
  cat >"$home/vault/certificate.cnf" <<'CNF'
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = tegula-dev
[extensions]
subjectAltName = DNS:localhost, IP:127.0.0.1
basicConstraints = critical, CA:TRUE
CNF
  openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 3650 -config "$home/vault/certificate.cnf" \
    -keyout "$secrets/vault-key.pem" -out "$home/vault/ca.pem" 2>>"$logs/vault-setup.log" ||
    fail "openssl makes no certificate; see $(shown "$logs/vault-setup.log")."
}

vault_configuration() { # address, folder of the data, certificate, key
  cat <<HCL
disable_mlock = true
api_addr      = "$vault_address"
storage "file" { path = "$2" }
listener "tcp" {
  address       = "$1"
  tls_cert_file = "$3"
  tls_key_file  = "$4"
}
HCL
}

start_vault() {
  vault_address=https://127.0.0.1:$vault_port
  mkdir -p "$home/vault/data"
  : >>"$secrets/vault-header"
  if [ "$mode" = docker ]; then
    certify
    vault_configuration 0.0.0.0:8200 /tegula/data /tegula/ca.pem /tegula/key.pem >"$home/vault/server.hcl"
    compose up -d --quiet-pull vault >>"$logs/compose.log" 2>&1 || fail "the container of Vault does not start; see $(shown "$logs/compose.log")." 4
  elif ! alive "$vault_pid"; then
    certify
    find_vault
    vault_configuration "127.0.0.1:$vault_port" "$home/vault/data" "$home/vault/ca.pem" "$secrets/vault-key.pem" >"$home/vault/server.hcl"
    printf '%s\n' "$vault_program" >"$home/vault/program"
    nohup "$vault_program" server -config="$home/vault/server.hcl" </dev/null >>"$logs/vault.log" 2>&1 &
    echo $! >"$vault_pid"
  fi
  local tries=0
  until api GET sys/seal-status; do
    tries=$((tries + 1))
    if [ "$mode" = local ] && ! alive "$vault_pid"; then
      fail "Vault ended at once: $(tail -n 1 "$logs/vault.log")" 4
    fi
    [ "$tries" -lt 100 ] || fail "Vault does not answer at $vault_address after 30 s; see dev/logs vault, then dev/down and dev/up." 4
    sleep 0.3
  done
}

unseal() {
  expect GET sys/seal-status
  vault_name="Vault $(text version)"
  case $body in
    *'"initialized":false'*)
      expect PUT sys/init '{"secret_shares":1,"secret_threshold":1}'
      text keys >"$secrets/vault-unseal-key"
      printf 'X-Vault-Token: %s\n' "$(text root_token)" >"$secrets/vault-header"
      expect GET sys/seal-status
      ;;
  esac
  case $body in
    *'"sealed":true'*)
      [ -s "$secrets/vault-unseal-key" ] || fail 'Vault is sealed and its unseal key is lost; start anew: dev/down --purge, then dev/up.'
      expect PUT sys/unseal "{\"key\":\"$(cat "$secrets/vault-unseal-key")\"}"
      local tries=0
      until api GET sys/health && [ "$status" = 200 ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || fail 'Vault stays sealed; see dev/logs vault. To start anew: dev/down --purge.' 4
        sleep 0.2
      done
      ;;
  esac
}

# The policies are those of docs/policies, for our key.
policy() { # tegula-NAME
  local hcl
  hcl=$(sed "s/tegula-main/$key/g" "$root/docs/policies/vault-${1#tegula-}.hcl" | base64 | tr -d '\n')
  expect PUT "sys/policies/acl/$1" "{\"policy\":\"$hcl\"}"
}

# An AppRole with one policy; its secret id stays the one in the file as long as Vault knows it.
approle() { # name, policy
  expect POST "auth/approle/role/$1" "{\"token_policies\":\"$2\",\"token_ttl\":\"1h\",\"token_max_ttl\":\"24h\"}"
  expect GET "auth/approle/role/$1/role-id"
  text role_id | replace "$home/vault/$1.role-id"
  if [ -s "$secrets/$1.secret-id" ]; then
    api POST "auth/approle/role/$1/secret-id/lookup" "{\"secret_id\":\"$(cat "$secrets/$1.secret-id")\"}" || true
    if [ "$status" = 200 ]; then return; fi
  fi
  expect POST "auth/approle/role/$1/secret-id" '{}'
  text secret_id >"$secrets/$1.secret-id"
}

set_up_vault() {
  unseal
  expect GET sys/mounts
  case $body in *'"transit/"'*) ;; *) expect POST sys/mounts/transit '{"type":"transit"}' ;; esac
  expect GET sys/auth
  case $body in *'"approle/"'*) ;; *) expect POST sys/auth/approle '{"type":"approle"}' ;; esac
  api GET "transit/keys/$key" || true
  if [ "$status" = 404 ]; then
    expect POST "transit/keys/$key" '{"type":"aes256-gcm96","derived":true,"exportable":false}'
    expect POST "transit/keys/$key/config" '{"auto_rotate_period":"2160h"}'
  fi
  policy tegula-application
  policy tegula-operator
  approle clinic-app tegula-application
  approle tegula-operator tegula-operator
}
