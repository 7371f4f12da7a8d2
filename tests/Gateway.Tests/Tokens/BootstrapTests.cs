using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Latchkey.TestKit;
using Microsoft.Extensions.Time.Testing;

namespace Latchkey.Gateway.Tests.Tokens;

public sealed class BootstrapTests(BootstrapTests.Setup setup) : IClassFixture<BootstrapTests.Setup>
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { "{}", "device_id is missing" },
        { """{"Device_Id":"a-device-0001"}""", "device_id is missing" },
        { """{"device_id":"1234567"}""", "too short" },
        { """{"device_id":""}""", "too short" },
        { $$"""{"device_id":"{{new string('a', 129)}}"}""", "too long" },
        { """{"device_id":"a-device\u0000-0001"}""", "control character" },
        { """{"device_id":"a-device\r\n-0001"}""", "control character" },
        { """{"device_id":"a-device\u007f0001"}""", "control character" },
        { """{"device_id":"a-device\u001b[31m"}""", "control character" },
        { """{"device_id":"a device 0001"}""", "isn't allowed" },
        { """{"device_id":"ä-device-0001"}""", "isn't allowed" },
        { """{"device_id":"a-device-\u202e0001"}""", "isn't allowed" },
        { """{"device_id":12345678}""", "must be a string" },
        { """{"device_id":null}""", "must be a string" },
        { """{"device_id":["a-device-0001"]}""", "must be a string" },
        { """{"device_id":{"$ne":"a-device-0001"}}""", "must be a string" },
        { """{"device_id":true}""", "must be a string" },
        { """{"device_id":"a-device-\ud800-0001"}""", "must be a string" },
        { """{"device_id":"a-device-0001","device_id":"a-device-0002"}""", "JSON object" },
        { """{"device_id":"a-device-0001","\u0064evice_id":"a-device-0002"}""", "JSON object" },
        { """{"device_id":"a-device-0001","\ud800":1}""", "JSON object" },
        { """{"device_id":"a-device-0001","app_version":5}""", "app_version must be a string" },
        { """{"device_id":"a-device-0001","app_channel":"a\nb"}""", "app_channel contains a control character" },
        { """{"device_id":"a-device-0001","enrollment_code":[]}""", "enrollment_code must be a string" },
        { $$"""{"device_id":"a-device-0001","app_version":"{{new string('a', 129)}}"}""", "app_version is too long" },
        { "", "JSON object" },
        { "null", "JSON object" },
        { """["a-device-0001"]""", "JSON object" },
        { """{"device_id":"a-device-0001"}{}""", "JSON object" },
        { """{"device_id":"a-device-0001",}""", "JSON object" },
        { "device_id=a-device-0001", "JSON object" },
        { """{"device_id":"a-device-0001","deep":[[[[[[[[[[]]]]]]]]]]}""", "JSON object" },
    };

    [Fact]
    public async Task the_answer_is_the_contracts()
    {
        using var response = await setup.Gateway.Http.PostAsJsonAsync("/bootstrap", new { device_id = "a-device-0001", app_version = "1.2.3", app_channel = "beta", unknown = 1 });

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        answer.EnumerateObject().Select(p => p.Name).Should().Equal("wrapper_token", "proxy_base_url", "expires_at");
        answer.GetProperty("proxy_base_url").GetString().Should().Be("https://gateway.example");
        var expires = answer.GetProperty("expires_at").GetString();
        expires.Should().MatchRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
        DateTimeOffset.Parse(expires!, System.Globalization.CultureInfo.InvariantCulture)
            .Should().BeCloseTo(TimeProvider.System.GetUtcNow().AddHours(24), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task a_lifetime_may_be_a_part_of_an_hour()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 25, 9, 0, 0, TimeSpan.Zero));
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Tokens:LifetimeHours", "0.0167")], time: time);

        using var response = await gateway.Http.PostAsJsonAsync("/bootstrap", new { device_id = "a-device-0001" });

        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("expires_at").GetString().Should().Be("2026-11-25T09:01:00.000Z");
    }

    [Fact]
    public async Task the_token_says_what_the_contract_says()
    {
        var token = await setup.Gateway.TokenAsync("a-device-0001");

        var claims = Claims(token);
        claims.EnumerateObject().Select(p => p.Name).Should()
            .BeEquivalentTo("iss", "aud", "device_id", "models", "sid", "gen", "jti", "iat", "exp");
        claims.GetProperty("device_id").GetString().Should().Be("a-device-0001");
        claims.GetProperty("models").EnumerateArray().Select(m => m.GetString()).Should().Equal("claude-*");
        (claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64()).Should().Be(24 * 3600);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task a_mistake_is_told_by_name(string body, string says)
    {
        using var response = await PostAsync(setup.Gateway, body);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/problem+json");
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString().Should().Contain(says);
    }

    [Fact]
    public async Task bytes_that_are_no_text_are_a_mistake()
    {
        using var content = new ByteArrayContent([.. "{\"device_id\":\"a-device-"u8, 0xff, 0xfe, .. "0001\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        using var response = await setup.Gateway.Http.PostAsync("/bootstrap", content);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(128)]
    public async Task an_id_of_any_allowed_length_is_taken(int length)
    {
        using var response = await PostAsync(setup.Gateway, $$"""{"device_id":"{{new string('~', length)}}"}""");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_body_that_is_too_large_is_refused(bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/bootstrap")
        {
            Content = new StringContent($$"""{"device_id":"a-device-0001","x":"{{new string('a', 9000)}}"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.TransferEncodingChunked = chunked;

        using var response = await setup.Gateway.Http.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task a_body_that_breaks_off_in_its_chunks_is_the_clients_mistake()
    {
        var answer = await Listener.RawHttp.SendAsync(
            setup.Gateway.Address,
            "POST /bootstrap HTTP/1.1\r\nHost: gw\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n");

        answer.Status.Should().Be(400);
        answer.Body.Should().NotContain("Exception").And.NotContain(" at ");
    }

    [Fact]
    public async Task other_methods_are_not_public()
    {
        foreach (var path in new[] { "/bootstrap", "/refresh" })
        {
            using var response = await setup.Gateway.Http.GetAsync(path);

            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task an_address_gets_so_many_tokens_a_minute()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Tokens:PerAddressPerMinute", "3")]);
        for (var i = 0; i < 3; i++)
        {
            await gateway.TokenAsync($"a-device-000{i}");
        }

        using var refused = await PostAsync(gateway, """{"device_id":"a-device-0009"}""");
        using var refresh = await gateway.Http.SendAsync(TestGateway.Call("none", "/refresh", method: HttpMethod.Post));

        ShouldBeTooMany(refused);
        ShouldBeTooMany(refresh);
    }

    [Fact]
    public async Task mistakes_count_too()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Tokens:PerAddressPerMinute", "2")]);
        using var first = await PostAsync(gateway, "{}");
        using var second = await PostAsync(gateway, "{}");
        using var third = await PostAsync(gateway, "{}");

        ShouldBeTooMany(third);
    }

    [Fact]
    public async Task all_addresses_together_get_so_many()
    {
        await using var gateway = await TestGateway.StartAsync([("Latchkey:Tokens:BootstrapsPerMinute", "2")]);
        var token = await gateway.TokenAsync("a-device-0001");
        await gateway.TokenAsync("a-device-0002");

        using var refused = await PostAsync(gateway, """{"device_id":"a-device-0009"}""");
        using var refresh = await gateway.Http.SendAsync(TestGateway.Call(token, "/refresh", method: HttpMethod.Post));

        ShouldBeTooMany(refused);
        refresh.StatusCode.Should().Be(HttpStatusCode.OK, "who is in may stay");
    }

    public static JsonElement Claims(string token) =>
        JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement;

    private static void ShouldBeTooMany(HttpResponseMessage response)
    {
        response.StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        response.Headers.RetryAfter!.Delta!.Value.TotalSeconds.Should().BeInRange(1, 62);
    }

    private static async Task<HttpResponseMessage> PostAsync(TestGateway gateway, string body) =>
        await gateway.Http.PostAsync("/bootstrap", new StringContent(body, Encoding.UTF8, "application/json"));

    public sealed class Setup : IAsyncLifetime
    {
        public TestGateway Gateway { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Gateway = await TestGateway.StartAsync([("Latchkey:Tokens:ProxyBaseUrl", "https://gateway.example/")]);

        public ValueTask DisposeAsync() => Gateway.DisposeAsync();
    }
}
