package main

import (
	"io"
	"log/slog"

	"rockpool/internal/config"
)

var levels = map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}

// newLogger logs JSON for machines in serve, and text for people in dev.
func newLogger(mode string, cfg *config.Config, w io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: levels[cfg.LogLevel]}
	if mode == "dev" {
		return slog.New(slog.NewTextHandler(w, o))
	}
	return slog.New(slog.NewJSONHandler(w, o))
}
