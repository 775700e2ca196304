package ops_test

import (
	"testing"

	"rockpool/internal/cognito"
	"rockpool/internal/idp"
)

func TestAddCustomAttributes(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	in := fromJSON[cognito.AddCustomAttributesRequest](t, `{"UserPoolId":"`+pool.ID+`","CustomAttributes":[{"Name":"x","AttributeDataType":"Number"},{"Name":"y","AttributeDataType":"String","Mutable":false}]}`)
	_, err := a.AddCustomAttributes(t.Context(), in)
	wantErr(t, "AddCustomAttributes", err, nil)

	schema := a.describePool(t, pool.ID).SchemaAttributes
	if len(schema) != 22 || schema[20].Name != "custom:x" || schema[21].Name != "custom:y" {
		t.Errorf("AddCustomAttributes: got %d attributes, want 22 that end with custom:x, custom:y", len(schema))
	}
	p, err := a.Catalog.Pool(t.Context(), pool.ID)
	if err != nil || p.Attribute("custom:y") == nil {
		t.Errorf("Attribute(custom:y): not in the catalog's pool (%v)", err)
	}

	_, err = a.AddCustomAttributes(t.Context(), in)
	wantErr(t, "AddCustomAttributes again", err, idp.ErrAttributeExists("custom:x", "custom:x"))
	in.UserPoolID = gone
	_, err = a.AddCustomAttributes(t.Context(), in)
	wantErr(t, "AddCustomAttributes(gone)", err, errPoolGone)
}

// Of several attributes none is added if one cannot be.
func TestAddCustomAttributesAllOrNone(t *testing.T) {
	a := newAPI(t)
	pool := a.pool(t, "")
	_, err := a.AddCustomAttributes(t.Context(), fromJSON[cognito.AddCustomAttributesRequest](t, `{"UserPoolId":"`+pool.ID+`","CustomAttributes":[{"Name":"x","AttributeDataType":"Number"},{"Name":"y"}]}`))
	wantErr(t, "AddCustomAttributes", err, idp.ErrAttributeType)
	if got := len(a.describePool(t, pool.ID).SchemaAttributes); got != 20 {
		t.Errorf("AddCustomAttributes: got %d attributes after a refusal, want 20", got)
	}
}
