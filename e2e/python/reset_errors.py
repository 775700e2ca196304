"""Every error that ConfirmForgotPassword declares, as boto3 raises it."""

import concurrent.futures

import stage
from stage import NEW_PASSWORD, PASSWORD, Pool, Server, equal, refused, story, triggers, wrong

MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
EXPIRED = ("ExpiredCodeException", "Invalid code provided, please request a code again.")
LIMIT = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")

server = Server()
confirm = server.idp.confirm_forgot_password


def pool_with_code(on=server, **options):
    """A pool, a user in it, and the code that the user was sent."""
    pool = Pool(on, **options)
    user = pool.user()
    pool.forgot(user)
    return pool, user, on.code(f"{user}@example.com")


@story
def resource_not_found_for_an_unknown_client():
    unknown = "0123456789abcdefghijklmnop"
    refused("ResourceNotFoundException", f"User pool client {unknown} does not exist.",
            confirm, ClientId=unknown, Username="ada", ConfirmationCode="123456", Password=NEW_PASSWORD)


@story
def resource_not_found_after_the_client_was_deleted():
    pool, user, code = pool_with_code()
    pool.idp.delete_user_pool_client(UserPoolId=pool.id, ClientId=pool.client)
    refused("ResourceNotFoundException", f"User pool client {pool.client} does not exist.", confirm, **pool.reset(user, code))


def function_that(name, code, message):
    """The reset of a user whose pool has this PostConfirmation function.

    The password is changed when the function runs, so it stays changed.
    """
    pool, user, digits = pool_with_code(LambdaConfig=triggers(PostConfirmation=name))
    refused(code, message, confirm, **pool.reset(user, digits))
    pool.sign_in(user, NEW_PASSWORD)


@story
def unexpected_lambda_when_the_function_does_not_exist():
    function_that("nowhere", "UnexpectedLambdaException", "PostConfirmation invocation failed due to error ResourceNotFoundException.")


@story
def unexpected_lambda_when_the_function_refuses_the_caller():
    function_that("denied", "UnexpectedLambdaException", "PostConfirmation invocation failed due to error AccessDeniedException.")


@story
def unexpected_lambda_when_the_function_is_throttled():
    function_that("throttled", "UnexpectedLambdaException", "PostConfirmation invocation failed due to error TooManyRequestsException.")


@story
def unexpected_lambda_when_the_function_is_being_updated():
    function_that("updating", "UnexpectedLambdaException", "PostConfirmation invocation failed due to error ResourceConflictException.")


@story
def unexpected_lambda_when_the_function_does_not_answer():
    function_that("hangs", "UnexpectedLambdaException",
                  "PostConfirmation invocation failed due to error Socket timeout while invoking Lambda function.")


@story
def unexpected_lambda_when_lambda_cannot_be_reached():
    alone = Server("--lambda-endpoint", "http://127.0.0.1:1")
    pool, user, code = pool_with_code(alone, LambdaConfig=triggers(PostConfirmation="echo"))
    refused("UnexpectedLambdaException", "PostConfirmation invocation failed due to error SdkClientException.",
            alone.idp.confirm_forgot_password, **pool.reset(user, code))


@story
def user_lambda_validation_when_the_function_throws():
    function_that("throws", "UserLambdaValidationException", "PostConfirmation failed with error not on a Sunday.")


@story
def user_lambda_validation_when_the_function_crashes():
    function_that("crashes", "UserLambdaValidationException",
                  "PostConfirmation failed with error RequestId: 00000000-0000-0000-0000-000000000000 "
                  "Error: Runtime exited with error: exit status 1.")


@story
def invalid_lambda_response_when_the_function_returns_no_event():
    for name in ("returns-nothing", "returns-text", "forgets-the-event"):
        function_that(name, "InvalidLambdaResponseException", "Unrecognizable lambda output")


@story
def invalid_parameter_for_values_that_break_constraints():
    pool, user, code = pool_with_code()
    failed = "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must %s"
    for change, message in (
        ({"Username": "u" * 129}, failed % ("username", "have length less than or equal to 128")),
        ({"ConfirmationCode": "12 456"}, failed % ("confirmationCode", r"satisfy regular expression pattern: [\S]+")),
        ({"ConfirmationCode": "1" * 2049}, failed % ("confirmationCode", "have length less than or equal to 2048")),
        ({"Password": "p" * 257}, failed % ("password", "have length less than or equal to 256")),
    ):
        error = refused("InvalidParameterException", None, confirm, **pool.reset(user, code, **{}) | change)
        got = error.response["Error"]["Message"]
        # The value is repeated where it is neither secret nor too long.
        if not got.startswith("1 validation error detected: Value ") or message.split("Value ")[1].split("' ", 1)[1] not in got:
            raise AssertionError(f"got {got!r}, want {message!r}")
    confirm(**pool.reset(user, code))


@story
def invalid_parameter_for_an_address_that_the_client_may_not_pass_on():
    pool, user, code = pool_with_code()
    refused("InvalidParameterException", "Cannot use IP Address passed into UserContextData",
            confirm, **pool.reset(user, code, UserContextData={"IpAddress": "192.0.2.7"}))


@story
def invalid_password_names_the_first_rule_that_is_broken_and_spends_no_code():
    pool, user, code = pool_with_code(Policies={"PasswordPolicy": {
        "MinimumLength": 10, "RequireLowercase": True, "RequireUppercase": True, "RequireNumbers": True, "RequireSymbols": True}})
    for password, rule in (
        ("Sh0rt-one", "Password not long enough"),
        ("UPPER-0NLY-TEXT", "Password must have lowercase characters"),
        ("lower-0nly-text", "Password must have uppercase characters"),
        ("No-Numbers-Here", "Password must have numeric characters"),
        ("N0SymbolsInHere", "Password must have symbol characters"),
        (" Blank-at-fr0nt", r"Password must satisfy regular expression pattern: ^\S.*\S$"),
        ("Blank-at-the-3nd ", r"Password must satisfy regular expression pattern: ^\S.*\S$"),
    ):
        refused("InvalidPasswordException", f"Password does not conform to policy: {rule}", confirm, **pool.reset(user, code, password))
    confirm(**pool.reset(user, code, "Al1-Rules-Kept"))


@story
def password_history_policy_violation_for_one_of_the_last_passwords():
    # This boto3 has no PasswordHistorySize, so it is put into the request on its way.
    def remember(params, **_):
        params["body"] = params["body"].replace(b'"MinimumLength": 8', b'"MinimumLength": 8, "PasswordHistorySize": 2')

    server.idp.meta.events.register("before-call.cognito-idp.CreateUserPool", remember)
    try:
        pool, user, code = pool_with_code(Policies={"PasswordPolicy": {"MinimumLength": 8}})
    finally:
        server.idp.meta.events.unregister("before-call.cognito-idp.CreateUserPool", remember)
    text = "Password has previously been used."
    refused("PasswordHistoryPolicyViolationException", text, confirm, **pool.reset(user, code, PASSWORD))
    confirm(**pool.reset(user, code, "Second-passw0rd"))
    pool.forgot(user)
    code = server.code(f"{user}@example.com")
    for used in (PASSWORD, "Second-passw0rd"):
        refused("PasswordHistoryPolicyViolationException", text, confirm, **pool.reset(user, code, used))
    confirm(**pool.reset(user, code, "Third-passw0rd"))
    pool.forgot(user)  # two back is one too many to be remembered
    confirm(**pool.reset(user, server.code(f"{user}@example.com"), PASSWORD))


@story
def not_authorized_without_the_right_secret_hash():
    pool, user, code = pool_with_code(client={"GenerateSecret": True})
    without = pool.reset(user, code)
    del without["SecretHash"]
    refused("NotAuthorizedException", f"Client {pool.client} is configured with secret but SECRET_HASH was not received", confirm, **without)
    for other in (stage.secret_hash("somebody-else", pool.client, pool.secret), stage.secret_hash(user, pool.client, "another secret")):
        refused("NotAuthorizedException", f"Unable to verify secret hash for client {pool.client}", confirm, **without, SecretHash=other)
    confirm(**pool.reset(user, code))


@story
def not_authorized_for_a_disabled_user():
    pool, user, code = pool_with_code()
    pool.idp.admin_disable_user(UserPoolId=pool.id, Username=user)
    refused("NotAuthorizedException", "User is disabled.", confirm, **pool.reset(user, code))
    pool.idp.admin_enable_user(UserPoolId=pool.id, Username=user)
    confirm(**pool.reset(user, code))


@story
def not_authorized_for_a_user_who_has_a_temporary_password():
    pool = Pool(server)
    user = pool.user(password=None)
    refused("NotAuthorizedException", "User password cannot be reset in the current state.",
            server.idp.forgot_password, ClientId=pool.client, Username=user)
    refused("NotAuthorizedException", "User password cannot be reset in the current state.", confirm, **pool.reset(user, "123456"))


@story
def code_mismatch_for_another_code():
    pool, user, code = pool_with_code()
    refused(*MISMATCH, confirm, **pool.reset(user, wrong(code)))
    refused(*MISMATCH, confirm, **pool.reset(user, "not-a-number"))
    refused(*MISMATCH, confirm, **pool.reset(user, code[:-1]))
    confirm(**pool.reset(user, code))


@story
def code_mismatch_for_the_code_of_another_user():
    pool, user, code = pool_with_code()
    other = pool.user()
    pool.forgot(other)
    if server.code(f"{other}@example.com") != code:
        refused(*MISMATCH, confirm, **pool.reset(other, code))


@story
def code_mismatch_for_a_code_that_a_newer_one_replaced():
    pool, user, code = pool_with_code()
    pool.forgot(user)
    newer = server.code(f"{user}@example.com")
    if newer != code:
        refused(*MISMATCH, confirm, **pool.reset(user, code))
    confirm(**pool.reset(user, newer))


@story
def expired_code_when_none_was_asked_for():
    pool = Pool(server)
    refused(*EXPIRED, confirm, **pool.reset(pool.user(), "123456"))


@story
def expired_code_when_it_was_used():
    pool, user, code = pool_with_code()
    confirm(**pool.reset(user, code))
    refused(*EXPIRED, confirm, **pool.reset(user, code, "Y3t-another"))
    pool.sign_in(user, NEW_PASSWORD)


@story
def expired_code_after_an_hour():
    later = Server()
    pool, user, code = pool_with_code(later)
    later.advance("59m")
    refused(*MISMATCH, later.idp.confirm_forgot_password, **pool.reset(user, wrong(code)))
    later.advance("61s")
    refused(*EXPIRED, later.idp.confirm_forgot_password, **pool.reset(user, code))
    pool.sign_in(user)


@story
def limit_exceeded_at_the_21st_attempt_in_an_hour():
    later = Server()
    pool, user, code = pool_with_code(later)
    call = later.idp.confirm_forgot_password
    for _ in range(19):
        refused(*MISMATCH, call, **pool.reset(user, wrong(code)))
    refused(*LIMIT, call, **pool.reset(user, code))
    refused(*LIMIT, later.idp.forgot_password, ClientId=pool.client, Username=user)
    later.advance("61m")
    pool.forgot(user)
    call(**pool.reset(user, later.code(f"{user}@example.com")))


@story
def too_many_failed_attempts_after_100_wrong_codes_in_a_day():
    later = Server()
    pool, user, code = pool_with_code(later)
    call = later.idp.confirm_forgot_password
    for n in range(100):
        if n and n % 19 == 0:
            later.advance("61m")
            pool.forgot(user)
            code = later.code(f"{user}@example.com")
        refused(*MISMATCH, call, **pool.reset(user, wrong(code)))
    later.advance("61m")
    refused("TooManyFailedAttemptsException", None, call, **pool.reset(user, code))
    later.advance("24h")
    pool.forgot(user)
    call(**pool.reset(user, later.code(f"{user}@example.com")))


@story
def too_many_requests_beyond_the_rate():
    strict = Server("--limits", "strict")
    pool = Pool(strict)

    def call(_):
        try:
            strict.idp.confirm_forgot_password(**pool.reset("nobody", "123456", "short"))
        except strict.idp.exceptions.TooManyRequestsException as e:
            return e.response["Error"]["Message"]
        except strict.idp.exceptions.InvalidPasswordException:
            return ""

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        got = list(threads.map(call, range(120)))
    equal("messages", set(got), {"", "Rate exceeded"})


@story
def user_not_found():
    pool = Pool(server)
    refused("UserNotFoundException", "Username/client id combination not found.", confirm, **pool.reset("nobody", "123456"))


@story
def user_not_confirmed():
    pool = Pool(server)
    server.idp.sign_up(ClientId=pool.client, Username="ada", Password=PASSWORD, UserAttributes=[{"Name": "email", "Value": "a@example.com"}])
    refused("UserNotConfirmedException", "User is not confirmed.", confirm, **pool.reset("ada", "123456"))


@story
def internal_error_when_the_store_fails():
    frail = Server()
    pool, user, code = pool_with_code(frail)
    frail.store("fail")
    try:
        refused("InternalErrorException", None, frail.idp.confirm_forgot_password, **pool.reset(user, code))
    finally:
        frail.store("works")

    def again():  # the code is as good as before; nothing was half done
        try:
            frail.idp.confirm_forgot_password(**pool.reset(user, code))
            return True
        except frail.idp.exceptions.InternalErrorException:
            return False

    stage.eventually("a reset on the store that works again", again)
    pool.sign_in(user, NEW_PASSWORD)


@story
def forbidden_by_a_filter():
    config = "filters:\n  - name: nobody resets\n    operations: [ConfirmForgotPassword]\n    action: block\n"
    guarded = Server(config=config)
    pool, user, code = pool_with_code(guarded)
    refused("ForbiddenException", None, guarded.idp.confirm_forgot_password, **pool.reset(user, code))
    pool.sign_in(user)


@story
def a_client_that_hides_users_betrays_none():
    pool = Pool(server, client={"PreventUserExistenceErrors": "ENABLED"})
    disabled = pool.user()
    pool.idp.admin_disable_user(UserPoolId=pool.id, Username=disabled)
    for name in ("nobody", "nobody@example.com", "+12065550100", disabled):
        refused(*EXPIRED, confirm, **pool.reset(name, "123456"))
        details = pool.forgot(name)
        equal(f"members told of {name}", sorted(details), ["AttributeName", "DeliveryMedium", "Destination"])
        equal(f"where the code for {name} seems to go, the second time", pool.forgot(name), details)
        refused(*MISMATCH, confirm, **pool.reset(name, "123456"))
    equal("mails to the disabled user", server.messages(f"{disabled}@example.com"), [])


stage.run()
