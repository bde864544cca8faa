// Command tegula-vault is Vault's own core with what the tests and the development setup need of it, and nothing else:
// file storage, file audit, transit, AppRole and Kubernetes auth. It takes the arguments and the configuration file of `vault server`.
//
// Vault is under the Business Source License: this is for tests and development on one's own machine, never shipped and never
// linked to what is. Newer releases of Vault do not compile as a dependency. After a change of the imports: go mod tidy -e, because
// some dependencies of Vault's own tests do not resolve.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	log "github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/audit"
	"github.com/hashicorp/vault/command/server"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/file"
	"github.com/hashicorp/vault/vault"
)

const version = "tegula-vault 1 (Vault core 1.19.0)"

func main() {
	if len(os.Args) == 2 && os.Args[1] == "version" {
		fmt.Println(version)
		return
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("server", flag.ContinueOnError)
	path := flags.String("config", "", "configuration file of `vault server`")
	if len(args) == 0 || args[0] != "server" {
		return fmt.Errorf("usage: tegula-vault server -config=FILE")
	}
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	config, err := server.LoadConfigFile(*path)
	if err != nil {
		return err
	}
	if config.Storage == nil || config.Storage.Type != "file" || len(config.Listeners) != 1 {
		return fmt.Errorf("%s: this server has file storage and one listener, and knows nothing else", *path)
	}
	logger := log.New(&log.LoggerOptions{Level: log.LevelFromString(config.LogLevel), Output: os.Stderr})
	storage, err := file.NewFileBackend(config.Storage.Config, logger)
	if err != nil {
		return err
	}
	core, err := vault.NewCore(&vault.CoreConfig{
		Physical:           storage,
		StorageType:        config.Storage.Type,
		RedirectAddr:       config.APIAddr,
		Logger:             logger,
		DisableMlock:       true,
		BuiltinRegistry:    engines{},
		LogicalBackends:    map[string]logical.Factory{},
		CredentialBackends: map[string]logical.Factory{},
		AuditBackends:      map[string]audit.Factory{"file": audit.NewFileBackend},
		DefaultLeaseTTL:    config.DefaultLeaseTTL,
		MaxLeaseTTL:        config.MaxLeaseTTL,
	})
	if err != nil {
		return err
	}
	listener, _, _, err := server.NewListener(config.Listeners[0], os.Stderr, nil)
	if err != nil {
		return err
	}
	handler := vaulthttp.Handler.Handler(&vault.HandlerProperties{Core: core, ListenerConfig: config.Listeners[0]})
	failed := make(chan error, 1)
	go func() { failed <- (&http.Server{Handler: handler}).Serve(listener) }()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	select {
	case err := <-failed:
		return err
	case <-stop:
		_ = listener.Close()
		return core.ShutdownWait()
	}
}
