package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"rockpool/internal/config"
)

// version is set by the release build (-ldflags "-X main.version=1.2.3").
var version string

// versionText is the version, or for other builds the commit.
func versionText() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "built from " + s.Value[:min(12, len(s.Value))]
		}
	}
	return "development build"
}

func printVersion(_ context.Context, c *command) error {
	if len(c.args) > 0 {
		return config.Wrong("", "unexpected argument %q", c.args[0])
	}
	fmt.Fprintf(c.stdout, "rockpool %s (%s, %s/%s)\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
