package exceptiontest

import (
	"slices"
	"strings"

	"rockpool/internal/cognito"
)

// Reason says why operations cannot answer with an exception that the model
// declares for them.
type Reason struct {
	Code string
	Of   Operations // of those that declare Code
	Why  string
}

// Operations are some operations.
type Operations struct {
	Text string // for people
	Has  func(*cognito.Operation) bool
}

// Impossible is every exception that cannot occur, and why. An operation and
// an exception have at most one reason.
var Impossible = []Reason{
	{"OperationNotEnabledException", everywhere, "it is about a Region that is an inactive replica, and there are no replicas yet"},

	{"NotAuthorizedException", called(cognito.AuthSigV4, "AdminConfirmSignUp", "AdminInitiateAuth", "AdminResetUserPassword", "AdminRespondToAuthChallenge"),
		"the caller is an administrator, whose signature and policy have exceptions of their own: AccessDeniedException and those of signatures"},

	{"ResourceNotFoundException", only("ChangePassword", "DeleteUser", "DeleteUserAttributes", "GetUser", "GetUserAttributeVerificationCode",
		"GetUserAuthFactors", "GlobalSignOut", "ListDevices", "ListUserSessions", "SetUserMFAPreference", "SetUserSettings",
		"UpdateUserAttributes", "VerifyUserAttribute"),
		"the request names nothing but an access token, and a token of a deleted user pool or app client is NotAuthorizedException"},
	{"UserNotFoundException", only("GetTokensFromRefreshToken"), "a refresh token of a deleted user is NotAuthorizedException, as any that is good no more"},
	{"UserNotConfirmedException", called(cognito.AuthAccessToken), "who holds an access token is confirmed, and nothing takes that back"},
	{"UserNotConfirmedException", only("AdminSetUserMFAPreference"), "administrators set users up before they sign in"},
	{"PasswordResetRequiredException", only("ConfirmDevice", "DeleteUser", "ForgetDevice", "GetDevice", "GetUser", "GetUserAuthFactors",
		"GlobalSignOut", "ListDevices", "ListUserSessions", "RevokeUserSession", "UpdateDeviceStatus"),
		"tokens outlive a reset, but do not do for what a user signs in with or recovers by; a device lets nobody in without the new password"},
	{"PasswordResetRequiredException", only("AdminSetUserMFAPreference"), "administrators set users up in every status"},

	{"InvalidSmsRoleTrustRelationshipException", everywhere, "text messages travel through --sms; no IAM role is assumed for them"},
	{"InvalidSmsRoleAccessPolicyException", only("CreateUserPool", "UpdateUserPool", "SetUserPoolMfaConfig"), noRole},
	{"InvalidEmailRoleAccessPolicyException", only("CreateUserPool", "UpdateUserPool"), noRole},
	{"InvalidSmsRoleAccessPolicyException", only("AdminCreateUser", "ForgotPassword", "GetUserAttributeVerificationCode", "ResendConfirmationCode",
		"SignUp", "UpdateUserAttributes"), undelivered},
	{"InvalidEmailRoleAccessPolicyException", only("ForgotPassword", "GetUserAttributeVerificationCode", "ResendConfirmationCode",
		"SignUp", "UpdateUserAttributes"), undelivered},
	{"InvalidSmsRoleAccessPolicyException", only("AdminUpdateUserAttributes"), changedAnyway},
	{"InvalidEmailRoleAccessPolicyException", only("AdminUpdateUserAttributes"), changedAnyway},

	{"LimitExceededException", only("AdminConfirmSignUp", "AdminResetUserPassword", "SignUp"),
		"messages are not counted, and neither are an administrator's calls; see the limits per user in compatibility.md"},
	{"LimitExceededException", only("DeleteUserPoolClientSecret", "DeleteWebAuthnCredential", "ListUserPoolClientSecrets", "ListWebAuthnCredentials"),
		"nothing is added, so no number is exceeded"},
	{"TooManyFailedAttemptsException", only("AdminConfirmSignUp"), "an administrator gives no code that could be wrong"},

	{"CodeMismatchException", only("UpdateUserAttributes"), noCode},
	{"ExpiredCodeException", only("UpdateUserAttributes"), noCode},
	{"CodeMismatchException", only("VerifySoftwareToken"), "a wrong code is EnableSoftwareTokenMFAException"},
	{"MFAMethodNotFoundException", only("AdminInitiateAuth"), "a second factor is chosen in the answer to SELECT_MFA_TYPE, not before"},
	{"InvalidUserPoolConfigurationException", only("InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge", "AdminRespondToAuthChallenge",
		"VerifySoftwareToken"), "a user pool is checked when it is set; none is in a state in which users cannot sign in"},
	{"UnsupportedOperationException", only("InitiateAuth", "AdminInitiateAuth"), "a flow that the app client or the pool does not have is InvalidParameterException"},
	{"InvalidPasswordException", only("ConfirmDevice"), "the device's secret is not told to the server; a bad verifier is InvalidParameterException"},
	{"InvalidLambdaResponseException", only("ConfirmDevice"), "no function runs"},
	{"UsernameExistsException", only("ConfirmDevice"), "a device gets no name of a user; a key that exists is DeviceKeyExistsException"},

	{"ConcurrentModificationException", only("AssociateSoftwareToken"), "of two calls at once the later secret counts; none fails"},
	{"ConcurrentModificationException", only("DeleteUserPoolClient"), "it deletes what is there, whoever changed it a moment ago; the second of two deletions is ResourceNotFoundException"},
	{"PreconditionNotMetException", only("AdminCreateUser"), "what a new user needs of the pool is InvalidParameterException"},
	{"TierChangeNotAllowedException", only("CreateUserPool"), "a new user pool has no plan that could change; a setting above its plan is FeatureUnavailableInTierException"},
	{"UserPoolTaggingException", only("DescribeUserPool"), "tags are read with the pool, and were checked when they were set"},
	{"UserImportInProgressException", everywhere, "there are no user import jobs yet"},
}

// Reasons that two exceptions share.
const (
	noRole        = "messages travel through --smtp and --sms; the roles and identities of the pool are kept, but not tried"
	undelivered   = "a message that is refused is CodeDeliveryFailureException"
	changedAnyway = "the change is made and stands, whatever becomes of the message about it"
	noCode        = "the request has no code in it"
)

// Cannot returns why an operation cannot answer with an exception.
func Cannot(op, code string) (why string, impossible bool) {
	o := cognito.Operations[op]
	if o == nil || !slices.Contains(o.Errors, code) {
		return "", false
	}
	for _, r := range Impossible {
		if r.Code == code && r.Of.Has(o) {
			return r.Why, true
		}
	}
	return "", false
}

// everywhere is every operation.
var everywhere = Operations{"all that declare it", func(*cognito.Operation) bool { return true }}

// only are the operations that are named.
func only(names ...string) Operations {
	return Operations{strings.Join(names, ", "), func(op *cognito.Operation) bool { return slices.Contains(names, op.Name) }}
}

// called are the operations that are called in one way, but for those that
// are named.
func called(how cognito.Auth, except ...string) Operations {
	text := map[cognito.Auth]string{cognito.AuthSigV4: "all that are signed", cognito.AuthAccessToken: "all that take an access token"}[how]
	if len(except) > 0 {
		text += ", but " + strings.Join(except, ", ")
	}
	return Operations{text, func(op *cognito.Operation) bool { return op.Auth == how && !slices.Contains(except, op.Name) }}
}
