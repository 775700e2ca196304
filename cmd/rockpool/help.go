package main

import (
	"context"
	_ "embed" // the texts
	"fmt"
	"slices"
	"strings"

	"rockpool/internal/config"
)

// helpText holds the topics, each under a line that begins with "## ".
//
//go:embed help.txt
var helpText string

// help prints a topic: "rockpool help keys".
func help(_ context.Context, c *command) error {
	topic := "overview"
	switch len(c.args) {
	case 0:
	case 1:
		topic = c.args[0]
	default:
		return config.Wrong("", "help is about one topic at a time: 'rockpool help %s'", c.args[0])
	}
	if topic == "config" {
		config.Help(c.stdout)
		return nil
	}
	text, ok := topics()[topic]
	if !ok {
		names := []string{"config"}
		for name := range topics() {
			names = append(names, name)
		}
		slices.Sort(names)
		return config.Wrong("", "there is no topic %q; there are %s", topic, strings.Join(names, ", "))
	}
	fmt.Fprint(c.stdout, text)
	return nil
}

// topicOf is the help of a command.
func topicOf(name string) string {
	all := topics()
	if text, ok := all[name]; ok {
		return text
	}
	return all["overview"]
}

func topics() map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(strings.TrimPrefix(helpText, "## "), "\n## ") {
		name, text, _ := strings.Cut(part, "\n")
		out[name] = strings.TrimSpace(text) + "\n"
	}
	return out
}
