package config

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	regionForm  = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)
	accountForm = regexp.MustCompile(`^[0-9]{12}$`)
)

// check finds settings that are wrong by themselves or together, before
// anything is opened.
func (c *Config) check(mode string) error {
	for _, rule := range []func(string) error{c.checkListen, c.checkURLs, c.checkNames, c.checkModes, c.checkRequired, c.checkFilters} {
		if err := rule(mode); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) checkListen(mode string) error {
	loopback, err := listensOnLoopback("listen", c.Listen)
	if err != nil {
		return err
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return Wrong("tls-cert", "--tls-cert and --tls-key belong together; give both or neither")
	}
	proxies, err := c.Proxies()
	if err != nil {
		return err
	}
	switch {
	case loopback:
	case mode == "dev":
		return Wrong("listen", "%s is not a loopback address; dev accepts any credentials and binds to loopback only; use 127.0.0.1 or localhost, or 'rockpool serve'", c.Listen)
	case c.TLSCert == "" && len(proxies) == 0:
		return Wrong("listen", "%s is not a loopback address and would carry passwords in the clear; give --tls-cert and --tls-key, or --trusted-proxy with the networks of the proxy that ends TLS", c.Listen)
	}
	if c.AdminListen == "off" {
		return nil
	}
	loopback, err = listensOnLoopback("admin-listen", c.AdminListen)
	if err == nil && !loopback && mode == "dev" {
		return Wrong("admin-listen", "%s is not a loopback address; dev's helpers bind to loopback only", c.AdminListen)
	}
	return err
}

// AdminExposed tells whether others than this machine reach the admin listener,
// whose profiles and metrics are for operators alone.
func (c *Config) AdminExposed() bool {
	if c.AdminListen == "off" {
		return false
	}
	loopback, err := listensOnLoopback("admin-listen", c.AdminListen)
	return err == nil && !loopback
}

func listensOnLoopback(setting, address string) (bool, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "" {
		return false, Wrong(setting, "%q is not an address; write host:port, such as 127.0.0.1:9229", address)
	}
	if host == "localhost" {
		return true, nil
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback(), nil
}

// Proxies returns the networks of --trusted-proxy.
func (c *Config) Proxies() ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range strings.Split(c.TrustedProxy, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := ParseNetwork(text)
		if err != nil {
			return nil, Wrong("trusted-proxy", "%q is not a network; write it as 10.0.0.0/8 or 192.0.2.7", text)
		}
		out = append(out, p)
	}
	return out, nil
}

// ParseNetwork reads a network (CIDR) or a single address.
func ParseNetwork(text string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

func (c *Config) checkURLs(mode string) error {
	if c.PublicURL != "" {
		u, err := url.Parse(c.PublicURL)
		switch {
		case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
			return Wrong("public-url", "%q is not a URL; write it as https://id.example.com", shown(c.PublicURL))
		case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.User != nil:
			return Wrong("public-url", "%q must be a bare origin, without path, query or user", shown(c.PublicURL))
		case mode == "serve" && u.Scheme == "http" && !isLoopbackName(u.Hostname()):
			return Wrong("public-url", "%q must be https off this machine", shown(c.PublicURL))
		}
		c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	}
	if c.Database != "" {
		u, err := url.Parse(c.Database)
		if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || u.Host == "" && u.Query().Get("host") == "" {
			return Wrong("database", "is not a database URL; write it as postgres://user:password@host:5432/name, or leave it out for SQLite in --data")
		}
	}
	for setting, endpoint := range map[string]string{"lambda-endpoint": c.LambdaEndpoint, "kms-endpoint": c.KMSEndpoint} {
		u, err := url.Parse(endpoint)
		if endpoint != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			return Wrong(setting, "%q is not a URL; write it as http://127.0.0.1:9001", shown(endpoint))
		}
	}
	return nil
}

// shown is a URL as an error may repeat it: without what can be a password.
func shown(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		scheme, rest = "", raw
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = "..." + rest[i:]
	}
	if ok {
		return scheme + "://" + rest
	}
	return rest
}

func isLoopbackName(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

func (c *Config) checkNames(string) error {
	if !regionForm.MatchString(c.Region) {
		return Wrong("region", "%q is not a region; write it as us-east-1", c.Region)
	}
	if !accountForm.MatchString(c.AccountID) {
		return Wrong("account-id", "%q is not an account; write 12 digits", c.AccountID)
	}
	return nil
}

func (c *Config) checkModes(mode string) error {
	switch {
	case !slices.Contains([]string{"strict", "users", "off"}, c.Limits):
		return Wrong("limits", "%q is none of strict, users, off", c.Limits)
	case c.Limits == "off" && mode != "dev":
		return Wrong("limits", "off leaves passwords and codes open to guessing and exists in dev only; use strict or users")
	case !slices.Contains([]string{"debug", "info", "warn", "error"}, c.LogLevel):
		return Wrong("log-level", "%q is none of debug, info, warn, error", c.LogLevel)
	}
	return nil
}

func (c *Config) checkRequired(mode string) error {
	if mode != "serve" {
		return nil
	}
	switch {
	case c.PublicURL == "":
		return Wrong("public-url", "is required: the URL under which clients reach this server, such as https://id.example.com")
	case c.MasterKeyFile == "":
		return Wrong("master-key-file", "is required: make one with 'rockpool keys master --out FILE' and keep a copy in a safe place")
	}
	return nil
}

func (c *Config) checkFilters(string) error {
	for i, f := range c.Filters {
		name := f.Name
		if name == "" {
			name = "number " + string(rune('1'+i%9))
		}
		if !slices.Contains([]string{"", "block", "allow", "count"}, f.Action) {
			return Wrong("config", "filter %s: action %q is none of block, allow, count", name, f.Action)
		}
		for _, a := range f.Addresses {
			if _, err := ParseNetwork(a); err != nil {
				return Wrong("config", "filter %s: %q is not a network; write it as 192.0.2.0/24", name, a)
			}
		}
		if f.Rate < 0 {
			return Wrong("config", "filter %s: rate must be a number of requests above 0", name)
		}
		if f.Window != "" {
			if d, err := time.ParseDuration(f.Window); err != nil || d < time.Second || d > 24*time.Hour {
				return Wrong("config", "filter %s: window %q is not a time between 1s and 24h", name, f.Window)
			}
		}
	}
	return nil
}
