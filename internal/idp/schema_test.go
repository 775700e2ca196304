package idp

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rockpool/internal/cognito"
)

func TestStandardSchema(t *testing.T) {
	schema, err := NewSchema(nil)
	if err != nil {
		t.Fatal(err)
	}
	text := func(name, least, most string) string {
		return fmt.Sprintf(`{"Name":%q,"AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":%q,"MaxLength":%q}}`, name, least, most)
	}
	flag := func(name string) string {
		return fmt.Sprintf(`{"Name":%q,"AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false}`, name)
	}
	var want []string
	want = append(want, `{"Name":"sub","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":true,"StringAttributeConstraints":{"MinLength":"1","MaxLength":"2048"}}`)
	for _, name := range []string{"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "email"} {
		want = append(want, text(name, "0", "2048"))
	}
	want = append(want, flag("email_verified"), text("gender", "0", "2048"), text("birthdate", "10", "10"),
		text("zoneinfo", "0", "2048"), text("locale", "0", "2048"), text("phone_number", "0", "2048"),
		flag("phone_number_verified"), text("address", "0", "2048"),
		`{"Name":"updated_at","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"NumberAttributeConstraints":{"MinValue":"0"}}`)
	var got []string
	for _, a := range schema {
		got = append(got, toJSON(t, a))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("NewSchema(nil) (-want +got):\n%s", diff)
	}
}

// Each entry that a schema can have, and how its attribute is then listed.
func TestNewSchema(t *testing.T) {
	tests := []struct {
		name, in string
		listed   string
		want     *Error
	}{
		{"standard: required", `{"Name":"email","Required":true}`, `{"Name":"email","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":true,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}}`, nil},
		{"standard: immutable", `{"Name":"email","Mutable":false}`, `{"Name":"email","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}}`, nil},
		{"standard: constraints with the type", `{"Name":"name","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"1","MaxLength":"9"}}`, `{"Name":"name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"1","MaxLength":"9"}}`, nil},
		{"standard: constraints without the type", `{"Name":"name","StringAttributeConstraints":{"MinLength":"1","MaxLength":"9"}}`, `{"Name":"name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}}`, nil},
		{"standard: other type", `{"Name":"email","AttributeDataType":"Number"}`, ``, ErrStandardAttribute("email")},
		{"standard: developer only", `{"Name":"email","DeveloperOnlyAttribute":true}`, ``, ErrStandardAttribute("email")},
		{"standard: twice", `{"Name":"email"},{"Name":"email"}`, ``, ErrAttributeExists("email", "email")},
		{"standard: bad bounds", `{"Name":"name","AttributeDataType":"String","StringAttributeConstraints":{"MaxLength":"x"}}`, ``, ErrBounds("StringAttributeConstraints", "name")},
		{"sub: mutable", `{"Name":"sub","Mutable":true}`, ``, ErrSubImmutable},
		{"sub: optional", `{"Name":"sub","Required":false}`, ``, ErrSubImmutable},

		{"string", `{"Name":"x","AttributeDataType":"String"}`, `{"Name":"custom:x","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{}}`, nil},
		{"string with one bound", `{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MaxLength":"5"}}`, `{"Name":"custom:x","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MaxLength":"5"}}`, nil},
		{"string with bounds of a number", `{"Name":"x","AttributeDataType":"String","NumberAttributeConstraints":{"MinValue":"x"}}`, `{"Name":"custom:x","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{}}`, nil},
		{"number", `{"Name":"x","AttributeDataType":"Number","Mutable":false}`, `{"Name":"custom:x","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":false,"Required":false,"NumberAttributeConstraints":{}}`, nil},
		{"number below zero", `{"Name":"x","AttributeDataType":"Number","NumberAttributeConstraints":{"MinValue":"-5","MaxValue":"5"}}`, `{"Name":"custom:x","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"NumberAttributeConstraints":{"MinValue":"-5","MaxValue":"5"}}`, nil},
		{"boolean", `{"Name":"x","AttributeDataType":"Boolean","StringAttributeConstraints":{}}`, `{"Name":"custom:x","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false}`, nil},
		{"date", `{"Name":"x","AttributeDataType":"DateTime"}`, `{"Name":"custom:x","AttributeDataType":"DateTime","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false}`, nil},
		{"developer only", `{"Name":"x","AttributeDataType":"Boolean","DeveloperOnlyAttribute":true}`, `{"Name":"dev:custom:x","AttributeDataType":"Boolean","DeveloperOnlyAttribute":true,"Mutable":true,"Required":false}`, nil},
		{"no type", `{"Name":"x"}`, ``, ErrAttributeType},
		{"required", `{"Name":"x","AttributeDataType":"String","Required":true}`, ``, ErrCustomAttributeRequired},
		{"twice", `{"Name":"x","AttributeDataType":"String"},{"Name":"x","AttributeDataType":"Number"}`, ``, ErrAttributeExists("custom:x", "custom:x")},
		{"length is no number", `{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"one"}}`, ``, ErrBounds("StringAttributeConstraints", "custom:x")},
		{"length below zero", `{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"-1"}}`, ``, ErrBounds("StringAttributeConstraints", "custom:x")},
		{"too long", `{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MaxLength":"2049"}}`, ``, InvalidParameter("user.custom:x: String attributes cannot have a length of more than 2048")},
		{"lengths in the wrong order", `{"Name":"x","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"2","MaxLength":"1"}}`, ``, InvalidParameter("user.custom:x: Max length cannot be less than min length.")},
		{"value is no number", `{"Name":"x","AttributeDataType":"Number","NumberAttributeConstraints":{"MaxValue":"many"}}`, ``, ErrBounds("NumberAttributeConstraints", "custom:x")},
		{"values in the wrong order", `{"Name":"x","AttributeDataType":"Number","NumberAttributeConstraints":{"MinValue":"2","MaxValue":"1"}}`, ``, InvalidParameter("user.custom:x: Max value cannot be less than min value.")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			entries := *fromJSON[[]*cognito.SchemaAttributeType](t, "["+tt.in+"]")
			schema, err := NewSchema(entries)
			wantErr(t, "NewSchema("+tt.in+")", err, tt.want)
			if tt.listed == "" {
				return
			}
			want := fromJSON[cognito.SchemaAttributeType](t, tt.listed)
			for _, a := range schema {
				if a.Name == want.Name {
					if diff := cmp.Diff(tt.listed, toJSON(t, a)); diff != "" {
						t.Errorf("NewSchema(%s) (-want +got):\n%s", tt.in, diff)
					}
					return
				}
			}
			t.Errorf("NewSchema(%s): no attribute %s", tt.in, want.Name)
		})
	}
}

func TestAddToSchema(t *testing.T) {
	schema, err := NewSchema(nil)
	if err != nil {
		t.Fatal(err)
	}
	entry := func(i int) *cognito.SchemaAttributeType {
		return &cognito.SchemaAttributeType{Name: fmt.Sprint("a", i), AttributeDataType: cognito.AttributeDataString}
	}
	for i := range MaxCustomAttributes {
		if schema, err = AddToSchema(schema, []*cognito.SchemaAttributeType{entry(i)}); err != nil {
			t.Fatalf("AddToSchema(attribute %d): %v", i, err)
		}
	}
	_, err = AddToSchema(schema, []*cognito.SchemaAttributeType{entry(0)})
	wantErr(t, "AddToSchema(the first again)", err, ErrAttributeExists("custom:a0", "custom:a0"))
	_, err = AddToSchema(schema, []*cognito.SchemaAttributeType{entry(MaxCustomAttributes)})
	wantErr(t, "AddToSchema(one too many)", err, ErrTooManyCustomAttributes)
}

func TestCheckTags(t *testing.T) {
	tags := map[string]string{}
	for i := range MaxTags {
		tags[fmt.Sprint(i)] = ""
	}
	if got := CheckTags(tags); got != "" {
		t.Errorf("CheckTags(50 tags): got %q, want none", got)
	}
	if got := CheckTags(MergeTags(tags, map[string]string{"0": "new"})); got != "" {
		t.Errorf("CheckTags(50 tags, one changed): got %q, want none", got)
	}
	if got := CheckTags(MergeTags(tags, map[string]string{"one more": ""})); got == "" {
		t.Error("CheckTags(51 tags): got none, want a problem")
	}
}
