package gate

import (
	"strings"

	"rockpool/internal/cognito"
)

// named are the operations whose category does not follow from their name.
var named = map[string]Category{
	"InitiateAuth":                     "UserAuthentication",
	"AdminInitiateAuth":                "UserAuthentication",
	"GetTokensFromRefreshToken":        "UserAuthentication",
	"SignUp":                           "UserCreation",
	"ConfirmSignUp":                    "UserCreation",
	"AdminCreateUser":                  "UserCreation",
	"AdminConfirmSignUp":               "UserCreation",
	"ForgotPassword":                   "UserAccountRecovery",
	"ConfirmForgotPassword":            "UserAccountRecovery",
	"ChangePassword":                   "UserAccountRecovery",
	"AdminResetUserPassword":           "UserAccountRecovery",
	"AdminSetUserPassword":             "UserAccountRecovery",
	"AdminGetUser":                     "UserRead",
	"GetUser":                          "UserRead",
	"AdminGetUserAuthFactors":          "UserRead",
	"GetUserAuthFactors":               "UserRead",
	"RevokeToken":                      "UserToken",
	"ListUsers":                        "UserList",
	"ListUsersInGroup":                 "UserList",
	"AdminAddUserToGroup":              "UserUpdate",
	"AdminRemoveUserFromGroup":         "UserUpdate",
	"AdminUpdateUserAttributes":        "UserUpdate",
	"AdminDeleteUserAttributes":        "UserUpdate",
	"UpdateUserAttributes":             "UserUpdate",
	"DeleteUserAttributes":             "UserUpdate",
	"AdminDeleteUser":                  "UserUpdate",
	"DeleteUser":                       "UserUpdate",
	"AdminDisableUser":                 "UserUpdate",
	"AdminEnableUser":                  "UserUpdate",
	"AdminLinkProviderForUser":         "UserUpdate",
	"AdminDisableProviderForUser":      "UserUpdate",
	"VerifyUserAttribute":              "UserUpdate",
	"GlobalSignOut":                    "UserUpdate",
	"AdminUserGlobalSignOut":           "UserUpdate",
	"ResendConfirmationCode":           "UserResourceRead",
	"GetUserAttributeVerificationCode": "UserResourceRead",
	"AdminListGroupsForUser":           "UserResourceRead",
	"AdminListUserAuthEvents":          "UserResourceRead",
	"GetClientToken":                   "ClientAuthentication",
	"GetProvisionedLimit":              "LimitManagement",
	"UpdateProvisionedLimit":           "LimitManagement",
	"DescribeUserPool":                 "UserPoolRead",
	"ListUserPools":                    "UserPoolRead",
	"CreateUserPool":                   "UserPoolUpdate",
	"UpdateUserPool":                   "UserPoolUpdate",
	"DeleteUserPool":                   "UserPoolUpdate",
}

// ofOneUser are parts of the names of operations on what belongs to one user.
var ofOneUser = []string{"Device", "MFAPreference", "SoftwareToken", "UserSettings", "WebAuthn", "UserSession", "AuthEventFeedback"}

// CategoryOf returns the category of an operation. An answer to
// NEW_PASSWORD_REQUIRED counts as recovering an account.
func CategoryOf(operation string, in any) Category {
	if isAnswer(operation) {
		if challengeOf(in) == cognito.ChallengeNameNewPasswordRequired {
			return "UserAccountRecovery"
		}
		return "UserAuthentication"
	}
	if c, ok := named[operation]; ok {
		return c
	}
	reads := false
	for _, verb := range []string{"Get", "AdminGet", "Describe", "List", "AdminList"} {
		reads = reads || strings.HasPrefix(operation, verb)
	}
	resource := "UserPoolResource"
	if strings.Contains(operation, "UserPoolClient") {
		resource = "UserPoolClient"
	}
	for _, part := range ofOneUser {
		if strings.Contains(operation, part) {
			resource = "UserResource"
		}
	}
	if reads {
		return Category(resource + "Read")
	}
	return Category(resource + "Update")
}
