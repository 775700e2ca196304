package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// EnvPrefix begins the name of every environment variable.
const EnvPrefix = "ROCKPOOL_"

// maxFile is the size of the largest configuration file that is read.
const maxFile = 1 << 20

// Load reads the settings of a command: flags first, then the environment,
// then the file, then the defaults. mode is "dev" or "serve". Wrong settings
// are an *Error; a request for help is flag.ErrHelp.
func Load(mode string, args []string, env func(string) (string, bool)) (*Config, error) {
	c, rest, err := LoadCommand(mode, args, env, nil)
	if err == nil && len(rest) > 0 {
		return nil, Wrong("", "unexpected argument %q; settings are flags, and 'rockpool help config' lists them", rest[0])
	}
	return c, err
}

// LoadCommand is Load for a command that has flags of its own, which extra
// declares, or arguments, which it returns; they may stand between the flags.
// In a mode other than "dev" and "serve" nothing is required.
func LoadCommand(mode string, args []string, env func(string) (string, bool), extra func(*flag.FlagSet)) (*Config, []string, error) {
	c := &Config{}
	fields := fieldsOf(c)
	set := flag.NewFlagSet(mode, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, f := range fields {
		set.Var(f, f.name, f.help)
	}
	if extra != nil {
		extra(set)
	}
	rest, err := parse(set, args)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range fields {
		if v, ok := env(f.env()); ok && !f.given {
			if err := f.setEnv(v); err != nil {
				return nil, nil, Wrong(f.name, "%s: %v", f.env(), err)
			}
		}
	}
	if c.Config != "" {
		if err := c.readFile(fields); err != nil {
			return nil, nil, err
		}
	}
	for _, f := range fields {
		if f.given {
			continue
		}
		if def := f.defaultIn(mode); def != "" {
			if err := f.Set(def); err != nil {
				return nil, nil, Wrong(f.name, "%v", err)
			}
		}
	}
	return c, rest, c.check(mode)
}

// parse reads flags, and arguments wherever they stand.
func parse(set *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		err := set.Parse(args)
		if errors.Is(err, flag.ErrHelp) {
			return nil, err
		}
		if err != nil {
			return nil, wrongFlag(err.Error())
		}
		if args = set.Args(); len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// wrongFlag says what package flag says, about the setting.
func wrongFlag(text string) *Error {
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return Wrong(strings.TrimPrefix(name, "-"), "there is no such setting; 'rockpool help config' lists them all")
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return Wrong(name, "needs a value")
	}
	if m := refusedValue.FindStringSubmatch(text); m != nil {
		return Wrong(m[1], "%s", m[2])
	}
	return Wrong("", "%s; 'rockpool help config' lists the settings", text)
}

// refusedValue is how package flag says that a value is wrong.
var refusedValue = regexp.MustCompile(`(?s)^invalid (?:boolean )?value .* for (?:flag )?-([a-z-]+): (.*)$`)

// readFile takes what flags and environment left open from the YAML file.
func (c *Config) readFile(fields []*field) error {
	f, err := os.Open(c.Config)
	if err != nil {
		return Wrong("config", "cannot be read: %v", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return Wrong("config", "cannot be read: %v", err)
	}
	if len(text) > maxFile {
		return Wrong("config", "%s is larger than 1 MiB", c.Config)
	}
	var file map[string]yaml.Node
	if err := yaml.Unmarshal(text, &file); err != nil {
		return Wrong("config", "%s is not YAML: %v", c.Config, err)
	}
	for _, f := range fields {
		node, ok := file[f.name]
		delete(file, f.name)
		if !ok || f.given {
			continue
		}
		if err := f.setNode(&node); err != nil {
			return Wrong("config", "%s: %s: %v", c.Config, f.name, err)
		}
	}
	if node, ok := file["filters"]; ok {
		delete(file, "filters")
		if err := c.setFilters(&node); err != nil {
			return Wrong("config", "%s: filters: %v", c.Config, err)
		}
	}
	for name := range file {
		return Wrong("config", "%s: unknown setting %q; 'rockpool help config' lists them all", c.Config, name)
	}
	return nil
}

// setFilters reads the rules in front of pools. What is wrong is told with its
// line in the file.
func (c *Config) setFilters(node *yaml.Node) error {
	if node.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: must be a list of rules", node.Line)
	}
	known := filterKeys()
	for _, rule := range node.Content {
		if rule.Kind != yaml.MappingNode {
			continue // Decode says what is wrong
		}
		for i := 0; i < len(rule.Content); i += 2 {
			if key := rule.Content[i]; !slices.Contains(known, key.Value) {
				return fmt.Errorf("line %d: unknown key %q; there are %s", key.Line, key.Value, strings.Join(known, ", "))
			}
		}
	}
	err := node.Decode(&c.Filters)
	if wrong, ok := errors.AsType[*yaml.TypeError](err); ok {
		return errors.New(strings.Join(wrong.Errors, "; "))
	}
	return err
}

// filterKeys are the keys that a rule may have.
func filterKeys() (keys []string) {
	t := reflect.TypeFor[Filter]()
	for i := range t.NumField() {
		keys = append(keys, t.Field(i).Tag.Get("yaml"))
	}
	return keys
}

// field is one setting. It is a flag.Value.
type field struct {
	name, help, def, devDef string
	value                   reflect.Value
	given                   bool
}

func fieldsOf(c *Config) []*field {
	var out []*field
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		if name := tag.Get("flag"); name != "" {
			out = append(out, &field{name: name, help: tag.Get("help"), def: tag.Get("default"), devDef: tag.Get("dev"), value: v.Field(i)})
		}
	}
	return out
}

func (f *field) env() string {
	return EnvPrefix + strings.ToUpper(strings.ReplaceAll(f.name, "-", "_"))
}

// defaultIn is the default in a mode; one that is only described is made
// where it is used.
func (f *field) defaultIn(mode string) string {
	if mode == "dev" && f.devDef != "" && !strings.ContainsAny(f.devDef, " <") {
		return f.devDef
	}
	return f.def
}

// String is the setting as text.
func (f *field) String() string {
	if !f.value.IsValid() {
		return ""
	}
	return fmt.Sprint(f.value.Interface())
}

// IsBoolFlag lets a switch be given without a value.
func (f *field) IsBoolFlag() bool { return f.value.IsValid() && f.value.Kind() == reflect.Bool }

// Set reads the setting from a text.
func (f *field) Set(text string) error {
	switch f.value.Kind() {
	case reflect.Bool:
		switch text {
		case "true", "false":
			f.value.SetBool(text == "true")
		default:
			return fmt.Errorf("%q is neither true nor false", text)
		}
	case reflect.Slice:
		f.value.Set(reflect.Append(f.value, reflect.ValueOf(text)))
	default:
		f.value.SetString(text)
	}
	f.given = true
	return nil
}

// setEnv reads the setting from an environment variable; a list has one entry
// a line.
func (f *field) setEnv(text string) error {
	if f.value.Kind() != reflect.Slice {
		return f.Set(text)
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if err := f.Set(line); err != nil {
			return err
		}
	}
	return nil
}

func (f *field) setNode(node *yaml.Node) error {
	if f.value.Kind() == reflect.Slice {
		var list []string
		if err := node.Decode(&list); err != nil {
			return errors.New("must be a list of texts")
		}
		for _, s := range list {
			if err := f.Set(s); err != nil {
				return err
			}
		}
		return nil
	}
	if node.Kind != yaml.ScalarNode {
		return errors.New("must be a single value")
	}
	return f.Set(node.Value)
}
