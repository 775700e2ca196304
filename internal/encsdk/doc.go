// Package encsdk writes messages of the AWS Encryption SDK, the form in which
// functions that send codes themselves (CustomEmailSender, CustomSMSSender) are
// handed the code. It owns the format and the cryptography in it; where data
// keys come from is a [Keyring]'s business: packages encsdk/kms and
// encsdk/localkms are keyrings.
//
// A message is what Cognito makes: format version 1 with the algorithm suite
// 0x0378, AES-256-GCM with a key derived by HKDF-SHA-384 and a signature by
// ECDSA P-384. This suite does not commit to its key, and functions that were
// written for Cognito are told to accept that. A newer suite is one that not
// every one of them could open.
//
// Only writing is here. Reading is what the published libraries are for, and
// tests hold the messages against them.
package encsdk
