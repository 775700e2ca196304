// Package policy decides what the holder of an access key may do. It owns a
// small part of AWS's policy language: statements that allow or deny actions on
// resources, with "*" as the only wildcard.
//
//	{"Statement": [
//	  {"Effect": "Allow", "Action": "cognito-idp:Admin*", "Resource": "arn:aws:cognito-idp:us-east-1:000000000000:userpool/*"},
//	  {"Effect": "Deny",  "Action": ["cognito-idp:AdminDeleteUser"], "Resource": "*"}
//	]}
//
// What no statement allows is denied, and a statement that denies wins over all
// that allow. Operations that concern no pool (CreateUserPool, ListUserPools)
// have the resource "*", which only the pattern "*" covers. Names are compared
// letter by letter, case included.
//
// What it does not know of AWS's language (conditions, principals, NotAction,
// "?" and variables) it refuses to read, because a policy that is half
// understood is one that allows too much.
package policy
