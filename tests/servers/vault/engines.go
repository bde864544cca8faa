package main

import (
	kubernetes "github.com/hashicorp/vault-plugin-auth-kubernetes"
	"github.com/hashicorp/vault/builtin/credential/approle"
	"github.com/hashicorp/vault/builtin/logical/transit"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
)

// engines is the list of what can be mounted. Vault panics when a mount is not on such a list.
type engines struct{}

var builtin = map[consts.PluginType]map[string]logical.Factory{
	consts.PluginTypeSecrets:    {"transit": transit.Factory},
	consts.PluginTypeCredential: {"approle": approle.Factory, "kubernetes": kubernetes.Factory},
}

func (engines) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	factory, ok := builtin[kind][name]
	return func() (interface{}, error) { return factory, nil }, ok
}

func (engines) Contains(name string, kind consts.PluginType) bool {
	_, ok := builtin[kind][name]
	return ok
}

func (engines) Keys(kind consts.PluginType) []string {
	var names []string
	for name := range builtin[kind] {
		names = append(names, name)
	}
	return names
}

func (engines) DeprecationStatus(name string, kind consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, engines{}.Contains(name, kind)
}

func (engines) IsBuiltinEntPlugin(string, consts.PluginType) bool { return false }
