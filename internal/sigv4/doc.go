// Package sigv4 verifies AWS Signature Version 4 on requests whose body has
// already been read: the Authorization header that SDKs send, and the presigned
// form that carries the same facts in the query.
//
// It owns the algorithm and the sentences with which AWS refuses a signature.
// Where secrets come from, and what their holder may do, is the caller's
// business. The rules are those of "AWS Signature Version 4 for API requests"
// in the IAM user guide, for services other than S3: the path is normalised and
// encoded twice, and the payload is always signed.
//
// Temporary credentials (a session token) do not exist here and are refused.
package sigv4
