# What the people and jobs need that run `tegula keys …`, `tegula rotate` and `tegula doctor`. They wrap, unwrap and
# rewrap, add versions of the key and raise the lowest one. They cannot make, export, back up or delete a key.
# Vault: vault policy write tegula-operator vault-operator.hcl            OpenBao: bao policy write …

path "transit/encrypt/tegula-main" {
  capabilities = ["update"]
}

path "transit/decrypt/tegula-main" {
  capabilities = ["update"]
}

# `tegula keys rewrap`: to the newest version of the key, inside Vault.
path "transit/rewrap/tegula-main" {
  capabilities = ["update"]
}

# Without it nothing is wrapped: Tegula has to see that the key is there.
path "transit/keys/tegula-main" {
  capabilities = ["read"]
}

# A new version of the key.
path "transit/keys/tegula-main/rotate" {
  capabilities = ["update"]
}

# Only versions and their rotation. Anyone who may set anything here may also allow export and deletion.
path "transit/keys/tegula-main/config" {
  capabilities = ["update"]
  allowed_parameters = {
    "min_decryption_version" = []
    "min_encryption_version" = []
    "auto_rotate_period"     = []
  }
}
