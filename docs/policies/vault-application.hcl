# What an application needs that reads and writes with Tegula. `update` and never `create`: with `create` on encrypt, a
# misspelt key name would make a new key that nobody governs. Put your mount and key in place of transit and tegula-main.
# Vault: vault policy write tegula-application vault-application.hcl      OpenBao: bao policy write …

# Wraps new data keys. Leave it out where applications make no keys (keys.create: never).
path "transit/encrypt/tegula-main" {
  capabilities = ["update"]
}

# Unwraps data keys.
path "transit/decrypt/tegula-main" {
  capabilities = ["update"]
}

# Lets Tegula see that the key is there, is derived and cannot be exported. Without it nothing is wrapped; who only unwraps
# does without it.
path "transit/keys/tegula-main" {
  capabilities = ["read"]
}

# Also used, and granted by Vault's own policy `default`, which every login has unless told otherwise:
#   auth/token/lookup-self (read), auth/token/renew-self (update), auth/token/revoke-self (update),
#   sys/capabilities-self (update)
