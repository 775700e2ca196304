// Package trigger runs the Lambda functions that a user pool is configured
// with. It owns the events as functions see them, the check of what they send
// back, the errors that callers see when they fail, and the rules of running
// them: five seconds, at most three attempts, everything bounded.
//
// It has one method per trigger:
//
//	trigger              method               what the function can do
//	PreSignUp            PreSignUp            refuse, confirm, verify
//	PostConfirmation     PostConfirmation     fail the call, not undo it
//	PreAuthentication    PreAuthentication    refuse
//	PostAuthentication   PostAuthentication   refuse
//	PreTokenGeneration   PreTokenGeneration   change claims, scopes, groups
//	CustomMessage        CustomMessage        write the message
//	UserMigration        UserMigration        supply an unknown user
//
// A method whose trigger is not configured answers at once that there is
// nothing to change. When a trigger runs, and what its answer does to a user
// or a token, is decided by the callers. How a function is reached is decided
// by an Invoker: packages lambda, webhook and execfn are invokers, and package
// route chooses among them.
//
// Events and answers may hold passwords and personal data and are never
// logged.
package trigger
