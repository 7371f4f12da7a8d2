using System.Net.Sockets;
using Latchkey.Gateway.DataPath.Forward.Breaker;

namespace Latchkey.Gateway.Tests.DataPath.Forward.Breaker;

public class OutcomeOfTests
{
    [Theory]
    [InlineData(200, null, CallOutcome.Success, Fault.None)]
    [InlineData(400, "invalid_request_error", CallOutcome.Success, Fault.Client)]
    [InlineData(400, "billing_error", CallOutcome.Success, Fault.Gateway)]
    [InlineData(401, "authentication_error", CallOutcome.Neutral, Fault.Gateway)]
    [InlineData(402, "billing_error", CallOutcome.Success, Fault.Gateway)]
    [InlineData(403, "permission_error", CallOutcome.Neutral, Fault.Gateway)]
    [InlineData(404, "not_found_error", CallOutcome.Success, Fault.Client)]
    [InlineData(413, "request_too_large", CallOutcome.Success, Fault.Client)]
    [InlineData(429, "rate_limit_error", CallOutcome.Neutral, Fault.Gateway)]
    [InlineData(429, null, CallOutcome.Neutral, Fault.Gateway)]
    [InlineData(500, "api_error", CallOutcome.Failure, Fault.Upstream)]
    [InlineData(501, "not_supported", CallOutcome.Success, Fault.Client)]
    [InlineData(502, null, CallOutcome.Failure, Fault.Upstream)]
    [InlineData(503, "api_error", CallOutcome.Failure, Fault.Upstream)]
    [InlineData(503, "overloaded_error", CallOutcome.Overloaded, Fault.Upstream)]
    [InlineData(504, "timeout_error", CallOutcome.Failure, Fault.Upstream)]
    [InlineData(529, "overloaded_error", CallOutcome.Overloaded, Fault.Upstream)]
    [InlineData(529, null, CallOutcome.Overloaded, Fault.Upstream)]
    [InlineData(307, null, CallOutcome.Failure, Fault.Upstream)]
    [InlineData(600, null, CallOutcome.Failure, Fault.Upstream)]
    public void a_status_and_its_error_type_decide(int status, string? type, object outcome, object fault)
    {
        OutcomeOf.Response(status, type).Should().Be(new CallResult((CallOutcome)outcome, HostContact.Reached, (Fault)fault));
    }

    [Theory]
    [InlineData(TransportFailure.Dns, CallOutcome.Failure, HostContact.Unreachable, Fault.Upstream)]
    [InlineData(TransportFailure.Connect, CallOutcome.Failure, HostContact.Unreachable, Fault.Upstream)]
    [InlineData(TransportFailure.Tls, CallOutcome.Failure, HostContact.Unreachable, Fault.Upstream)]
    [InlineData(TransportFailure.ResetBeforeHeaders, CallOutcome.Failure, HostContact.Unknown, Fault.Upstream)]
    [InlineData(TransportFailure.HeaderTimeout, CallOutcome.Failure, HostContact.Unknown, Fault.Upstream)]
    [InlineData(TransportFailure.InvalidResponse, CallOutcome.Failure, HostContact.Reached, Fault.Upstream)]
    [InlineData(TransportFailure.Local, CallOutcome.Neutral, HostContact.Unknown, Fault.Gateway)]
    public void a_call_that_got_no_headers_is_judged_by_where_it_broke(object kind, object outcome, object host, object fault)
    {
        OutcomeOf.Transport((TransportFailure)kind).Should().Be(new CallResult((CallOutcome)outcome, (HostContact)host, (Fault)fault));
    }

    [Theory]
    [InlineData(StreamEnd.Complete, null, CallOutcome.Success, Fault.None)]
    [InlineData(StreamEnd.Truncated, null, CallOutcome.Failure, Fault.Upstream)]
    [InlineData(StreamEnd.Stalled, null, CallOutcome.Failure, Fault.Upstream)]
    [InlineData(StreamEnd.Local, null, CallOutcome.Neutral, Fault.Gateway)]
    [InlineData(StreamEnd.ErrorEvent, "overloaded_error", CallOutcome.Overloaded, Fault.Upstream)]
    [InlineData(StreamEnd.ErrorEvent, "api_error", CallOutcome.Failure, Fault.Upstream)]
    [InlineData(StreamEnd.ErrorEvent, "timeout_error", CallOutcome.Failure, Fault.Upstream)]
    [InlineData(StreamEnd.ErrorEvent, "rate_limit_error", CallOutcome.Neutral, Fault.Gateway)]
    [InlineData(StreamEnd.ErrorEvent, "invalid_request_error", CallOutcome.Success, Fault.Client)]
    [InlineData(StreamEnd.ErrorEvent, "billing_error", CallOutcome.Success, Fault.Gateway)]
    [InlineData(StreamEnd.ErrorEvent, "never_heard_of", CallOutcome.Failure, Fault.Upstream)]
    [InlineData(StreamEnd.ErrorEvent, null, CallOutcome.Failure, Fault.Upstream)]
    public void a_stream_is_judged_by_its_end(object end, string? type, object outcome, object fault)
    {
        OutcomeOf.Stream((StreamEnd)end, type).Should().Be(new CallResult((CallOutcome)outcome, HostContact.Reached, (Fault)fault));
    }

    [Fact]
    public void a_client_that_left_says_nothing_about_the_model()
    {
        OutcomeOf.ClientAbort(answered: false).Should().Be(new CallResult(CallOutcome.Neutral, HostContact.Unknown, Fault.Client));
        OutcomeOf.ClientAbort(answered: true).Should().Be(new CallResult(CallOutcome.Neutral, HostContact.Reached, Fault.Client));
    }

    [Fact]
    public void a_stream_that_the_gateway_ended_says_nothing_about_the_model()
    {
        OutcomeOf.Cut().Should().Be(new CallResult(CallOutcome.Neutral, HostContact.Reached, Fault.None));
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, TransportFailure.Dns)]
    [InlineData(HttpRequestError.ConnectionError, TransportFailure.Connect)]
    [InlineData(HttpRequestError.SecureConnectionError, TransportFailure.Tls)]
    [InlineData(HttpRequestError.InvalidResponse, TransportFailure.InvalidResponse)]
    [InlineData(HttpRequestError.ResponseEnded, TransportFailure.ResetBeforeHeaders)]
    [InlineData(HttpRequestError.Unknown, TransportFailure.ResetBeforeHeaders)]
    public void the_http_clients_own_words_name_the_kind(HttpRequestError error, object kind)
    {
        OutcomeOf.KindOf(new HttpRequestException(error)).Should().Be((TransportFailure)kind);
    }

    [Fact]
    public void running_out_of_sockets_is_our_own_doing()
    {
        var exception = new HttpRequestException(
            HttpRequestError.ConnectionError, inner: new SocketException((int)SocketError.TooManyOpenSockets));

        OutcomeOf.KindOf(exception).Should().Be(TransportFailure.Local);
    }
}
