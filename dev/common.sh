# Shared by the scripts beside it: where things are, and small tools. For bash 3.2 and later; holds nothing of its own.
# shellcheck shell=bash disable=SC2034
set -euo pipefail
umask 077

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
me=dev/${0##*/}
# Another home gives a second set-up beside the first, with its own tegula.yaml in it; it needs other ports too.
if [ -n "${TEGULA_DEV_HOME:-}" ]; then
  mkdir -p "$TEGULA_DEV_HOME"
  home=$(CDPATH='' cd -- "$TEGULA_DEV_HOME" && pwd -P)
  config=$home/tegula.yaml
  compose_project=tegula-dev-$(printf '%s' "$home" | cksum | cut -d ' ' -f 1)
else
  home=$root/.dev
  config=$root/tegula.yaml
  compose_project=tegula-dev
fi
servers=${TEGULA_SERVERS_HOME:-$root/.dev/servers}
secrets=$home/secrets
logs=$home/logs

# What was wrong and what cures it, in one line.
fail() {
  printf '%s: %s\n' "$me" "$1" >&2
  exit "${2:-7}"
}

note() { printf '%s: %s\n' "$me" "$1" >&2; }

have() { command -v "$1" >/dev/null 2>&1; }

need() { have "$1" || fail "$1 is missing; $2"; }

# The settings of the last dev/up: docker or local, and the ports.
mode='' vault_port='' database_port=''
# shellcheck source=/dev/null
if [ -r "$home/settings" ]; then . "$home/settings"; fi

need_setup() { [ -n "$mode" ] || fail 'there is no set-up yet; run dev/up first.'; }

# A path as a reader wants it: relative to the repository where it is inside.
shown() { printf '%s' "${1#"$root"/}"; }

# Writes its input to a file, unless the file says that already.
replace() {
  cat >"$1.new"
  if cmp -s "$1.new" "$1"; then rm -f "$1.new"; else mv -f "$1.new" "$1"; fi
}

# Whether the process of a pid file runs and is ours: its command line names a path below our home.
alive() {
  local pid=''
  if [ ! -r "$1" ]; then return 1; fi
  IFS= read -r pid <"$1" || true
  case $pid in '' | *[!0-9]*) return 1 ;; esac
  kill -0 "$pid" 2>/dev/null || return 1
  case $(command_line "$pid") in *"$home/"*) return 0 ;; *) return 1 ;; esac
}

command_line() {
  if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline"; else ps -o command= -p "$1" 2>/dev/null || true; fi
}

vault_pid=$home/vault/pid
postgres_pid=$home/postgresql/data/postmaster.pid

# Something answers on a port of this host.
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# One at a time: the lock of somebody who died is stepped over.
lock() {
  local owner=''
  mkdir -p "$home"
  if ! mkdir "$home/lock" 2>/dev/null; then
    owner=$(cat "$home/lock/pid" 2>/dev/null || true)
    if [ -z "$owner" ] || kill -0 "$owner" 2>/dev/null; then
      fail "another dev/up or dev/down (pid ${owner:-unknown}) is at work; wait for it, or remove $(shown "$home/lock") if it is gone."
    fi
  fi
  echo $$ >"$home/lock/pid"
  trap 'rm -rf "$home/lock"' EXIT
  trap 'exit 130' INT TERM
}

compose() {
  TEGULA_DEV_HOME=$home TEGULA_DEV_USER=$(id -u):$(id -g) \
    TEGULA_DEV_VAULT_PORT=$vault_port TEGULA_DEV_DATABASE_PORT=$database_port \
    TEGULA_DEV_DATABASE_PASSWORD=$(cat "$secrets/tegula_admin.password" 2>/dev/null || true) \
    docker compose -p "$compose_project" -f "$root/dev/compose.yaml" "$@"
}

find_java() {
  java=java
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then java=$JAVA_HOME/bin/java; fi
  need "$java" 'install a JDK 17 or newer, or set JAVA_HOME.'
}

# Builds the command line and the sample application, if there are none or their sources are newer.
build() {
  local jar=$root/cli/command/target/tegula.jar classpath=$root/tests/sample/target/classpath
  if [ -f "$jar" ] && [ -f "$classpath" ] && [ -z "$(cd "$root" && find pom.xml crypto-core kms-adapters jpa-converters cli \
    tests/sample \( -name target -o -path '*/src/test' \) -prune -o -type f \( -newer "$jar" -o -newer "$classpath" \) -print | head -n 1)" ]; then
    return
  fi
  need mvn 'install Maven 3.8 or newer.'
  note 'building the command line and the sample application …'
  mkdir -p "$logs"
  if ! (cd "$root" && mvn -q -B -Dmaven.test.skip=true -pl cli/command,tests/sample -am package) >"$logs/build.log" 2>&1; then
    tail -n 20 "$logs/build.log" >&2
    fail "the build failed; the whole log is $(shown "$logs/build.log")." 1
  fi
  # An incremental build may leave them untouched.
  touch "$jar" "$classpath"
}

# Runs a class of the sample application, which ends soon.
sample() {
    "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dlogback.configurationFile="$root/dev/logback.xml" \
        -cp "$root/tests/sample/target/classes:$(cat "$root/tests/sample/target/classpath")" "$@"
}
