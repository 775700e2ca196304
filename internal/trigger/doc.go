// Package trigger runs the Lambda functions that a user pool is configured
// with. It owns the events as functions see them, the check of what they send
// back, the errors that callers see when they fail, and the rules of running
// them: five seconds, at most three attempts, everything bounded.
//
// It has one method per trigger:
//
//	trigger                      what the function can do
//	PreSignUp                    refuse, confirm, verify
//	PostConfirmation             fail the call, not undo it
//	PreAuthentication            refuse
//	PostAuthentication           refuse
//	DefineAuthChallenge          choose the next challenge, or end the sign-in
//	CreateAuthChallenge          make a challenge and its answer
//	VerifyAuthChallengeResponse  tell whether an answer is right
//	PreTokenGeneration           change claims, scopes, groups
//	CustomMessage                write the message
//	CustomEmailSender            send the e-mail
//	CustomSMSSender              send the SMS
//	UserMigration                supply an unknown user
//
// A method whose trigger is not configured answers at once that there is
// nothing to change; those of custom authentication, which cannot go on without
// their functions, return ErrNotConfigured. When a trigger runs, and what its
// answer does to a user or a token, is decided by the callers. How a function
// is reached is decided by an Invoker: packages lambda, webhook and execfn are
// invokers, and package route chooses among them.
//
// Events and answers may hold passwords and personal data and are never
// logged.
package trigger
