package storetest

import (
	"testing"
	"time"

	"rockpool/internal/idp"
	"rockpool/internal/store"
)

var codeTests = []test{
	{"Codes/Kept", testCodeKept},
	{"Codes/PutReplaces", testPutCodeReplaces},
	{"Codes/DeleteExactly", testDeleteCodeExactly},
	{"Codes/ApartByKey", testCodesApart},
	{"Codes/EmptyHash", testCodeEmptyHash},
}

func codeOf(subject string) func(store.Tx) (*idp.Code, error) {
	return func(tx store.Tx) (*idp.Code, error) { return tx.Code(pool1, subject, idp.PurposeResetPassword) }
}

func testCodeKept(t *testing.T, s store.Store) {
	wantView(t, s, "Code that was never put", store.ErrNotFound, codeOf("ada"))
	for _, subject := range []string{"ada", unknown} {
		c := sampleCode(subject, 1)
		c.ExpiresAt = now.Add(-time.Hour) // expired ones are found too
		update(t, s, func(tx store.Tx) error { return tx.PutCode(c) })
		want(t, "Code", read(t, s, codeOf(subject)), c)
	}
}

func testPutCodeReplaces(t *testing.T, s store.Store) {
	update(t, s, func(tx store.Tx) error { return tx.PutCode(sampleCode("ada", 1)) })
	second := sampleCode("ada", 2)
	second.Attribute, second.ExpiresAt = "phone_number", now.Add(2*time.Hour)
	update(t, s, func(tx store.Tx) error { return tx.PutCode(second) })
	want(t, "Code", read(t, s, codeOf("ada")), second)
}

func testDeleteCodeExactly(t *testing.T, s store.Store) {
	first := sampleCode("ada", 1)
	update(t, s, func(tx store.Tx) error { return tx.PutCode(sampleCode("ada", 2)) })
	wantUpdate(t, s, "DeleteCode of one that was replaced", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteCode(first) })
	later := sampleCode("ada", 2)
	later.ExpiresAt = later.ExpiresAt.Add(time.Second)
	wantUpdate(t, s, "DeleteCode with another expiry", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteCode(later) })
	c := read(t, s, codeOf("ada"))
	update(t, s, func(tx store.Tx) error { return tx.DeleteCode(c) })
	wantUpdate(t, s, "DeleteCode again", store.ErrNotFound, func(tx store.Tx) error { return tx.DeleteCode(c) })
	wantView(t, s, "Code after DeleteCode", store.ErrNotFound, codeOf("ada"))
}

func testCodesApart(t *testing.T, s store.Store) {
	var codes []*idp.Code
	for i, change := range []func(*idp.Code){
		func(*idp.Code) {},
		func(c *idp.Code) { c.PoolID = pool2 },
		func(c *idp.Code) { c.Subject = "Ada" },
		func(c *idp.Code) { c.Purpose = idp.PurposeSignUp },
	} {
		c := sampleCode("ada", byte(i))
		change(c)
		codes = append(codes, c)
		update(t, s, func(tx store.Tx) error { return tx.PutCode(c) })
	}
	update(t, s, func(tx store.Tx) error { return tx.DeleteCode(codes[0]) })
	for _, c := range codes[1:] {
		got := read(t, s, func(tx store.Tx) (*idp.Code, error) { return tx.Code(c.PoolID, c.Subject, c.Purpose) })
		want(t, "Code", got, c)
	}
}

func testCodeEmptyHash(t *testing.T, s store.Store) {
	c := sampleCode("ada", 1)
	c.Hash = nil
	update(t, s, func(tx store.Tx) error { return tx.PutCode(c) })
	want(t, "Code without a hash", read(t, s, codeOf("ada")), c)
	update(t, s, func(tx store.Tx) error { return tx.DeleteCode(c) })
}
