using System.Net;
using System.Text.Json;
using Latchkey.Gateway.DataPath;
using Latchkey.TestKit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Identity;

/// <summary>Who gets what from every endpoint there is. An endpoint that isn't in the table fails the first test.</summary>
public sealed class DefaultDenyTests(DefaultDenyTests.Setup setup) : IClassFixture<DefaultDenyTests.Setup>
{
    /// <summary>Answer to: nobody, a device, another device, an operator, a token that has expired. 0 is "let in".</summary>
    private static readonly Dictionary<string, (int Nobody, int Device, int Other, int Operator, int Expired)> Matrix = new()
    {
        ["POST /bootstrap"] = (200, 200, 200, 200, 200),
        ["POST /refresh"] = (401, 200, 200, 401, 401),
        ["GET /healthz"] = (200, 200, 200, 200, 200),
        ["GET /readyz"] = (200, 200, 200, 200, 200),
        ["GET /admin/stats"] = (401, 200, 200, 200, 401),
        ["GET /admin/usage"] = (401, 200, 200, 200, 401),
        ["GET /admin/usage/summary"] = (401, 200, 200, 200, 401),
        ["GET /admin/usage/rows"] = (401, 200, 200, 200, 401),
        ["GET /admin/budgets"] = (401, 200, 200, 200, 401),
        ["POST /admin/budgets"] = (401, 403, 403, 400, 401),
        ["GET /admin/budgets/{id}"] = (401, 403, 403, 404, 401),
        ["PUT /admin/budgets/{id}"] = (401, 403, 403, 415, 401),
        ["DELETE /admin/budgets/{id}"] = (401, 403, 403, 404, 401),
        ["GET /admin/devices"] = (401, 403, 403, 200, 401),
        ["GET /admin/devices/{id}"] = (401, 403, 403, 404, 401),
        ["POST /admin/devices/{id}/revoke"] = (401, 403, 403, 404, 401),
        ["POST /admin/devices/{id}/quarantine"] = (401, 403, 403, 404, 401),
        ["POST /admin/devices/{id}/activate"] = (401, 403, 403, 404, 401),
        ["POST /admin/sessions/{sid}/revoke"] = (401, 403, 403, 404, 401),
        ["POST /admin/tokens/revoke-all"] = (401, 403, 403, 400, 401),
        ["GET /admin/events"] = (401, 403, 403, 200, 401),
        ["GET /admin/circuit-breaker"] = (401, 200, 200, 200, 401),
        ["POST /admin/circuit-breaker/reset"] = (401, 403, 403, 200, 401),
        ["GET /admin/prices"] = (401, 403, 403, 200, 401),
        ["POST /admin/prices/rerate"] = (401, 403, 403, 400, 401),
        ["GET /admin/reconcile"] = (401, 403, 403, 501, 401),
        ["GET /metrics"] = (401, 403, 403, 200, 401),

        // Its callers are identified by the exchange: the calls of the next table.
        ["* /v1/{**call}"] = (404, 404, 404, 404, 404),
    };

    /// <summary>The same for every call of the data path's own table; ids are those that nobody owns.</summary>
    private static readonly Dictionary<string, (int Nobody, int Device, int Other, int Operator, int Expired)> Calls = new()
    {
        ["POST /v1/messages"] = (401, 200, 200, 401, 401),
        ["POST /v1/messages/count_tokens"] = (401, 200, 200, 401, 401),
        ["POST /v1/complete"] = (401, 400, 400, 401, 401),
        ["GET /v1/models"] = (401, 200, 200, 401, 401),
        ["GET /v1/models/claude-sonnet-5-5"] = (401, 200, 200, 401, 401),
        ["POST /v1/messages/batches"] = (401, 400, 400, 401, 401),
        ["GET /v1/messages/batches"] = (401, 400, 400, 401, 401),
        ["GET /v1/messages/batches/msgbatch_1"] = (401, 400, 400, 401, 401),
        ["DELETE /v1/messages/batches/msgbatch_1"] = (401, 400, 400, 401, 401),
        ["POST /v1/messages/batches/msgbatch_1/cancel"] = (401, 400, 400, 401, 401),
        ["GET /v1/messages/batches/msgbatch_1/results"] = (401, 400, 400, 401, 401),
        ["GET /v1/files"] = (401, 400, 400, 401, 401),
        ["GET /v1/files/file_1"] = (401, 400, 400, 401, 401),
        ["DELETE /v1/files/file_1"] = (401, 400, 400, 401, 401),
        ["GET /v1/files/file_1/content"] = (401, 400, 400, 401, 401),
    };

    private static readonly string[] Public = ["* /v1/{**call}", "GET /healthz", "GET /readyz", "POST /bootstrap", "POST /refresh"];

    /// <summary>What isn't a credential, however it is presented.</summary>
    public static TheoryData<string, string> Garbage => new()
    {
        { "Authorization", "Basic dXNlcjpwYXNz" },
        { "Authorization", "Bearer" },
        { "Authorization", "Bearer " },
        { "Authorization", "bearer" },
        { "Authorization", "" },
        { "Authorization", "Bearer ' OR '1'='1" },
        { "Authorization", "Bearer '; DROP TABLE usage; --" },
        { "Authorization", "Bearer sk-ant-REDACTED" },
        { "Authorization", "Bearer sk-ant-proxy-" },
        { "Authorization", "Bearer sk-ant-proxy-sk-ant-proxy-eyJ.e.e" },
        { "Authorization", "Bearer eyJhbGciOiJub25lIn0.e30." },
        { "Authorization", "Bearer lka_test_operator_key_012345678" },
        { "Authorization", "Digest lka_test_operator_key_0123456789" },
        { "Authorization", "lka_test_operator_key_0123456789" },
        { "Authorization", "Bearer LKA_TEST_OPERATOR_KEY_0123456789" },
        { "x-api-key", "" },
        { "x-api-key", "sk-ant-REDACTED" },
        { "x-api-key", "' UNION SELECT * FROM usage --" },
        { "x-api-key", "Bearer eyJhbGciOiJub25lIn0.e30." },
        { "Cookie", "wrapper_token=eyJhbGciOiJub25lIn0.e30.; Authorization=Bearer x" },
        { "Proxy-Authorization", "Bearer lka_test_operator_key_0123456789" },
        { "X-Authorization", "Bearer lka_test_operator_key_0123456789" },
        { "X-Forwarded-User", "operator" },
    };

    [Fact]
    public void every_endpoint_is_in_the_table() =>
        Endpoints().Select(NameOf).Should().BeEquivalentTo(Matrix.Keys);

    [Fact]
    public void the_public_endpoints_are_these_and_no_others()
    {
        Endpoints().Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(NameOf).Should().BeEquivalentTo(Public);
        Endpoints().Single(e => NameOf(e) == "* /v1/{**call}").Metadata.GetMetadata<DataPathRoom.AuthenticatedByExchange>().Should().NotBeNull();
        Endpoints().Where(e => NameOf(e) != "* /v1/{**call}").Should().NotContain(e => e.Metadata.GetMetadata<DataPathRoom.AuthenticatedByExchange>() != null);
    }

    [Fact]
    public async Task everybody_gets_what_the_table_says()
    {
        var wrong = new List<string>();
        foreach (var (name, expected) in Matrix.Concat(Calls))
        {
            await CheckAsync(name, "nobody", null, expected.Nobody);
            await CheckAsync(name, "a device", setup.Device, expected.Device);
            await CheckAsync(name, "another device", setup.Other, expected.Other);
            await CheckAsync(name, "an operator", TestGateway.OperatorKey, expected.Operator);
            await CheckAsync(name, "an expired token", setup.Expired, expected.Expired);
        }

        wrong.Should().BeEmpty();

        async Task CheckAsync(string name, string who, string? credential, int status)
        {
            foreach (var header in credential is null ? new[] { "" } : ["Authorization", "x-api-key"])
            {
                // The contract has one place for a token to renew.
                if (name == "POST /refresh" && header == "x-api-key")
                {
                    continue;
                }

                using var request = RequestFor(name);
                if (header.Length > 0)
                {
                    request.Headers.TryAddWithoutValidation(header, header == "Authorization" ? "Bearer " + credential : credential);
                }

                using var response = await setup.Gateway.Http.SendAsync(request);
                if ((int)response.StatusCode != status)
                {
                    wrong.Add($"{name} for {who} by {header}: {(int)response.StatusCode}, not {status}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task garbage_is_no_credential(string header, string value)
    {
        foreach (var name in Matrix.Keys.Except(Public).Concat(Calls.Keys))
        {
            using var request = RequestFor(name);
            request.Headers.TryAddWithoutValidation(header, value);

            await ShouldBeUnknownAsync(request, name);
        }
    }

    [Fact]
    public async Task two_values_are_no_credential()
    {
        foreach (var name in Matrix.Keys.Except(Public).Concat(Calls.Keys))
        {
            foreach (var (header, scheme) in new[] { ("Authorization", "Bearer "), ("x-api-key", "") })
            {
                foreach (var credential in new[] { TestGateway.OperatorKey, setup.Device })
                {
                    using var request = RequestFor(name);
                    request.Headers.TryAddWithoutValidation(header, [scheme + credential, scheme + credential]);
                    await ShouldBeUnknownAsync(request, name);

                    using var joined = RequestFor(name);
                    joined.Headers.TryAddWithoutValidation(header, $"{scheme}{credential}, {scheme}{credential}");
                    await ShouldBeUnknownAsync(joined, name);
                }
            }
        }
    }

    [Fact]
    public async Task a_long_credential_is_no_credential()
    {
        foreach (var name in Matrix.Keys.Except(Public).Concat(Calls.Keys))
        {
            using var request = RequestFor(name);
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer eyJ." + new string('a', 30_000));

            await ShouldBeUnknownAsync(request, name);
        }
    }

    [Fact]
    public async Task a_credential_counts_in_no_other_place()
    {
        foreach (var name in Matrix.Keys.Except(Public).Concat(Calls.Keys))
        {
            foreach (var credential in new[] { TestGateway.OperatorKey, setup.Device })
            {
                using var inQuery = RequestFor(name, $"?access_token={credential}&token={credential}&api_key={credential}");
                await ShouldBeUnknownAsync(inQuery, name);

                using var inCookie = RequestFor(name);
                inCookie.Headers.TryAddWithoutValidation("Cookie", $"Authorization=Bearer {credential}; token={credential}; x-api-key={credential}");
                await ShouldBeUnknownAsync(inCookie, name);

                using var inBody = RequestFor(name);
                inBody.Content = new StringContent($$"""{"token":"{{credential}}","wrapper_token":"{{credential}}","refresh_token":"{{credential}}"}""", null, "application/json");
                await ShouldBeUnknownAsync(inBody, name);
            }
        }
    }

    [Fact]
    public async Task a_path_that_nobody_serves_tells_strangers_nothing()
    {
        foreach (var (method, path) in new[] { ("HEAD", "/api/hello"), ("GET", "/"), ("GET", "/admin"), ("GET", "/debug/pprof"), ("POST", "/config/update"), ("GET", "/swagger") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var stranger = await setup.Gateway.Http.SendAsync(request);
            using var known = new HttpRequestMessage(new HttpMethod(method), path);
            known.Headers.TryAddWithoutValidation("x-api-key", TestGateway.OperatorKey);
            using var operators = await setup.Gateway.Http.SendAsync(known);

            stranger.StatusCode.Should().Be(HttpStatusCode.Unauthorized, path);
            operators.StatusCode.Should().Be(HttpStatusCode.NotFound, path);
        }
    }

    private async Task ShouldBeUnknownAsync(HttpRequestMessage request, string name)
    {
        using var response = await setup.Gateway.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.Unauthorized, name);
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        if (name.Contains(" /v1/", StringComparison.Ordinal))
        {
            body.EnumerateObject().Select(p => p.Name).Should().Equal("type", "error", "request_id");
            body.GetProperty("error").GetProperty("type").GetString().Should().Be("authentication_error");
            response.Headers.GetValues("x-should-retry").Should().Equal("false");
        }
        else
        {
            response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
            body.EnumerateObject().Select(p => p.Name).Should().Equal("type", "title", "status", "detail", "traceId");
            response.Headers.WwwAuthenticate.ToString().Should().Be("Bearer");
        }
    }

    private static HttpRequestMessage RequestFor(string name, string query = "")
    {
        var (method, path) = (name.Split(' ')[0], name.Split(' ')[1]);
        var request = new HttpRequestMessage(new HttpMethod(method == "*" ? "GET" : method), path.Replace("{**call}", "unknown", StringComparison.Ordinal) + query);
        request.Headers.Add("anthropic-version", "2023-06-01");
        if (method == "POST")
        {
            var json = path == "/bootstrap" ? """{"device_id":"a-third-device"}"""
                : path.StartsWith("/v1/messages", StringComparison.Ordinal) && !path.Contains("batches", StringComparison.Ordinal) ? TestGateway.Message() : "{}";
            request.Content = new StringContent(json, null, "application/json");
        }

        return request;
    }

    private IEnumerable<RouteEndpoint> Endpoints() => setup.Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private static string NameOf(RouteEndpoint endpoint)
    {
        var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods;
        var method = methods is { Count: > 0 } ? methods[0] : endpoint.RoutePattern.RawText == "/metrics" ? "GET" : "*";
        return $"{method} {endpoint.RoutePattern.RawText}";
    }

    public sealed class Setup : IAsyncLifetime
    {
        public TestGateway Gateway { get; private set; } = null!;

        public string Device { get; private set; } = "";

        public string Other { get; private set; } = "";

        public string Expired { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
            Gateway = await TestGateway.StartAsync(time: time);
            Expired = await Gateway.TokenAsync("a-device-0001");
            time.Advance(TimeSpan.FromHours(25));
            Device = await Gateway.TokenAsync("a-device-0001");
            Other = await Gateway.TokenAsync("a-device-0002");
        }

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
