package idp

import "rockpool/internal/cognito"

// ErrNotOffered means that a setting asks for something that this service does
// not do. It is refused, rather than kept without effect, where its owner
// would rely on it.
func ErrNotOffered(setting, what string) *Error {
	return InvalidParameter(setting + " is refused: Rockpool does not offer " + what + ".")
}

// ErrKeyWithoutType means that a key was named for a pool whose key is the
// service's own.
var ErrKeyWithoutType = InvalidParameter("KmsKeyArn requires KeyType CUSTOMER_MANAGED_KEY.")

func checkKey(s *cognito.UserPoolType) error {
	k := s.KeyConfiguration
	if k != nil && k.KmsKeyARN != "" && k.KeyType != cognito.EncryptionKeyCustomerManagedKey {
		return ErrKeyWithoutType
	}
	return nil
}

// checkOffered refuses settings that a pool's owner would rely on and that
// have no effect here: factors, protection, keys, and functions that would
// never be called.
func checkOffered(s *cognito.UserPoolType) error {
	lambda := s.LambdaConfig
	refused := []struct {
		asked         bool
		setting, what string
	}{
		{protectsFromThreats(s.UserPoolAddOns), "UserPoolAddOns", "threat protection"},
		{s.KeyConfiguration != nil && s.KeyConfiguration.KeyType == cognito.EncryptionKeyCustomerManagedKey, "KeyConfiguration CUSTOMER_MANAGED_KEY", "customer managed keys"},
		{lambda.InboundFederation != nil, "InboundFederation", "federation"},
	}
	for _, r := range refused {
		if r.asked {
			return ErrNotOffered(r.setting, r.what)
		}
	}
	return nil
}
