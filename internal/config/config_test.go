package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rockpool/internal/config"
)

// environment is os.LookupEnv over a list of name=value.
func environment(vars ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, v := range vars {
			if value, ok := strings.CutPrefix(v, name+"="); ok {
				return value, true
			}
		}
		return "", false
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rockpool.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, mode string, args []string, env ...string) *config.Config {
	t.Helper()
	c, err := config.Load(mode, args, environment(env...))
	if err != nil {
		t.Fatalf("Load(%s, %q, %q): %v", mode, args, env, err)
	}
	return c
}

func TestFlagsBeforeEnvironmentBeforeFileBeforeDefaults(t *testing.T) {
	file := "--config=" + writeFile(t, "region: eu-north-1\n")
	for _, tt := range []struct {
		name, want string
		args, env  []string
	}{
		{"default", "us-east-1", nil, nil},
		{"file", "eu-north-1", []string{file}, nil},
		{"environment over file", "eu-west-2", []string{file}, []string{"ROCKPOOL_REGION=eu-west-2"}},
		{"flag over both", "ap-south-1", []string{file, "--region", "ap-south-1"}, []string{"ROCKPOOL_REGION=eu-west-2"}},
	} {
		if got := load(t, "dev", tt.args, tt.env...).Region; got != tt.want {
			t.Errorf("%s: got region %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestDevHasDefaultsOfItsOwn(t *testing.T) {
	dev := load(t, "dev", nil)
	serve := load(t, "serve", []string{"--public-url=https://id.example.com", "--master-key-file=k"})
	if dev.Limits != "users" || serve.Limits != "strict" {
		t.Errorf("limits: got %q in dev and %q in serve, want users and strict", dev.Limits, serve.Limits)
	}
	if !dev.AllowPrivate || serve.AllowPrivate {
		t.Errorf("allow-private: got %t in dev and %t in serve, want true and false", dev.AllowPrivate, serve.AllowPrivate)
	}
}

func TestSwitchesAndLists(t *testing.T) {
	const a, b = "arn:aws:lambda:us-east-1:000000000000:function:a=https://a.example.com", "arn:aws:lambda:us-east-1:000000000000:function:b=exec:b c"
	file := writeFile(t, "lambda-route:\n  - "+a+"\n  - "+b+"\nallow-private: false\n")
	for name, c := range map[string]*config.Config{
		"flags":       load(t, "dev", []string{"--lambda-route", a, "--lambda-route", b, "--allow-private=false"}),
		"environment": load(t, "dev", nil, "ROCKPOOL_LAMBDA_ROUTE="+a+"\n"+b+"\n", "ROCKPOOL_ALLOW_PRIVATE=false"),
		"file":        load(t, "dev", []string{"--config", file}),
	} {
		if !slices.Equal(c.LambdaRoute, []string{a, b}) || c.AllowPrivate {
			t.Errorf("%s: got routes %q and allow-private %t, want both routes and false", name, c.LambdaRoute, c.AllowPrivate)
		}
	}
	if c := load(t, "serve", []string{"--allow-private", "--public-url=https://id.example.com", "--master-key-file=k"}); !c.AllowPrivate {
		t.Error("--allow-private without a value: got false, want true")
	}
}

func TestFilters(t *testing.T) {
	path := writeFile(t, "filters:\n  - name: office\n    addresses: [192.0.2.0/24]\n    action: allow\n    window: 1m\n    rate: 10\n")
	c := load(t, "dev", []string{"--config", path})
	if len(c.Filters) != 1 || c.Filters[0].Name != "office" || c.Filters[0].Rate != 10 || c.Filters[0].Addresses[0] != "192.0.2.0/24" {
		t.Errorf("filters: got %+v, want the one in the file", c.Filters)
	}
}

// A wrong setting is one line that begins with its name.
func TestWrongSettings(t *testing.T) {
	serve := []string{"--public-url=https://id.example.com", "--master-key-file=k"}
	in := func(text string) []string { return []string{"--config=" + writeFile(t, text)} }
	for _, tt := range []struct {
		mode    string
		args    []string
		env     string
		setting string
		says    string
	}{
		{mode: "dev", args: []string{"--lissten=x"}, setting: "lissten", says: "no such setting"},
		{mode: "dev", args: []string{"--listen"}, setting: "listen", says: "needs a value"},
		{mode: "dev", args: []string{"now"}, setting: "", says: `unexpected argument "now"`},
		{mode: "dev", args: []string{"--allow-private=perhaps"}, setting: "allow-private", says: "neither true nor false"},
		{mode: "dev", env: "ROCKPOOL_ALLOW_PRIVATE=perhaps", setting: "allow-private", says: "ROCKPOOL_ALLOW_PRIVATE"},
		{mode: "dev", args: []string{"--config=/nowhere.yaml"}, setting: "config", says: "cannot be read"},
		{mode: "dev", args: in("- a\n"), setting: "config", says: "is not YAML"},
		{mode: "dev", args: in("smpt: x\n"), setting: "config", says: `unknown setting "smpt"`},
		{mode: "dev", args: in("region: [a]\n"), setting: "config", says: "single value"},
		{mode: "dev", args: in("lambda-route: a\n"), setting: "config", says: "list"},
		{mode: "dev", args: in("filters: [{nmae: a}]\n"), setting: "config", says: "filters"},
		{mode: "dev", args: in("region: us-east-1\nfilters:\n  - name: a\n    pools: 3\n"), setting: "config", says: "filters: line 4: cannot unmarshal"},
		{mode: "dev", args: in("region: us-east-1\nfilters:\n  - name: a\n    nmae: b\n"), setting: "config", says: "filters: line 4: unknown key \"nmae\"; there are name, pools, operations, addresses, action, rate, window"},
		{mode: "dev", args: in("filters: 5\n"), setting: "config", says: "filters: line 1: must be a list of rules"},
		{mode: "dev", args: in("filters: [5]\n"), setting: "config", says: "filters: line 1: cannot unmarshal"},
		{mode: "dev", args: in("filters: [{action: drop}]\n"), setting: "config", says: "drop"},
		{mode: "dev", args: in("filters: [{addresses: [here]}]\n"), setting: "config", says: "here"},
		{mode: "dev", args: in("filters: [{rate: -1}]\n"), setting: "config", says: "rate"},
		{mode: "dev", args: in("filters: [{window: 1ms}]\n"), setting: "config", says: "window"},
		{mode: "dev", args: []string{"--listen=9229"}, setting: "listen", says: "host:port"},
		{mode: "dev", args: []string{"--listen=0.0.0.0:9229"}, setting: "listen", says: "loopback"},
		{mode: "dev", args: []string{"--admin-listen=:9230"}, setting: "admin-listen", says: "loopback"},
		{mode: "dev", args: []string{"--region=moon"}, setting: "region", says: "us-east-1"},
		{mode: "dev", args: []string{"--account-id=1"}, setting: "account-id", says: "12 digits"},
		{mode: "dev", args: []string{"--limits=some"}, setting: "limits", says: "strict, users, off"},
		{mode: "dev", args: []string{"--log-level=loud"}, setting: "log-level", says: "debug"},
		{mode: "dev", args: []string{"--database=mysql://h/d"}, setting: "database", says: "postgres://"},
		{mode: "dev", args: []string{"--lambda-endpoint=localhost:9001"}, setting: "lambda-endpoint", says: "http://"},
		{mode: "dev", args: []string{"--kms-endpoint=localhost:9001"}, setting: "kms-endpoint", says: "http://"},
		{mode: "dev", args: []string{"--trusted-proxy=10.0.0.0/8,here"}, setting: "trusted-proxy", says: "here"},
		{mode: "serve", args: serve[:1], setting: "master-key-file", says: "rockpool keys master"},
		{mode: "serve", args: serve[1:], setting: "public-url", says: "required"},
		{mode: "serve", args: append(serve, "--public-url=http://id.example.com"), setting: "public-url", says: "https"},
		{mode: "serve", args: append(serve, "--public-url=https://id.example.com/x"), setting: "public-url", says: "origin"},
		{mode: "serve", args: append(serve, "--limits=off"), setting: "limits", says: "dev only"},
		{mode: "serve", args: append(serve, "--listen=0.0.0.0:443"), setting: "listen", says: "--tls-cert"},
		{mode: "serve", args: append(serve, "--tls-cert=c"), setting: "tls-cert", says: "together"},
	} {
		_, err := config.Load(tt.mode, tt.args, environment(tt.env))
		var wrong *config.Error
		if !errors.As(err, &wrong) || wrong.Setting != tt.setting || !strings.Contains(wrong.Problem, tt.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Load(%s, %q, %s): got %v, want one line about %q that says %q", tt.mode, tt.args, tt.env, err, tt.setting, tt.says)
		}
	}
}

func TestErrorsDoNotRepeatPasswords(t *testing.T) {
	for _, arg := range []string{
		"--public-url=https://u:hunter2@id.example.com", "--public-url=u:hunter2@id.example.com", "--public-url=://u:hunter2@h@x",
		"--lambda-endpoint=ftp://u:hunter2@h", "--kms-endpoint=ftp://u:hunter2@h", "--database=mysql://u:hunter2@h/d", "--database=postgres://u:hunter2@",
	} {
		_, err := config.Load("dev", []string{arg}, environment())
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Load(%s): got %v, want an error without the password", arg, err)
		}
	}
}

func TestServeOffLoopbackWantsTLSOrAProxy(t *testing.T) {
	for _, args := range [][]string{{"--tls-cert=c", "--tls-key=k"}, {"--trusted-proxy=10.0.0.0/8"}} {
		load(t, "serve", append(args, "--listen=0.0.0.0:9229", "--public-url=https://id.example.com", "--master-key-file=k"))
	}
}

func TestLoadCommandTakesFlagsAndArgumentsOfItsOwn(t *testing.T) {
	var out string
	c, rest, err := config.LoadCommand("keys", []string{"one", "--data=d", "two", "--out=o"}, environment(), func(f *flag.FlagSet) {
		f.StringVar(&out, "out", "", "")
	})
	if err != nil || c.Data != "d" || out != "o" || !slices.Equal(rest, []string{"one", "two"}) {
		t.Errorf("LoadCommand: got data %q, out %q, rest %q, %v", c.Data, out, rest, err)
	}
}

func TestHelpNamesEverySetting(t *testing.T) {
	var b strings.Builder
	config.Help(&b)
	for _, want := range []string{"--listen", "ROCKPOOL_ADMIN_LISTEN", "default: 127.0.0.1:9229", "in dev: users", "filters:"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("Help: %q is missing", want)
		}
	}
	if _, err := config.Load("dev", []string{"--help"}, environment()); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("Load(--help): got %v, want %v", err, flag.ErrHelp)
	}
}

// Operators are warned when others reach the admin listener.
func TestAdminExposed(t *testing.T) {
	for address, want := range map[string]bool{
		"off": false, "127.0.0.1:9230": false, "[::1]:9230": false, "localhost:9230": false,
		":9230": true, "0.0.0.0:9230": true, "10.0.0.1:9230": true, "[::]:9230": true,
	} {
		c := &config.Config{AdminListen: address}
		if got := c.AdminExposed(); got != want {
			t.Errorf("AdminExposed(%s): got %t, want %t", address, got, want)
		}
	}
}
