using System.Net;
using System.Net.WebSockets;
using Latchkey.Desktop.Tests.Support;

namespace Latchkey.Desktop.Tests.Door;

/// <summary>The loopback server as other programs and pages of this machine see it.</summary>
public sealed class DoorTests : IAsyncLifetime
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
    private DesktopApp _app = null!;
    private string _cookie = "";

    public async ValueTask InitializeAsync()
    {
        _app = await DesktopApp.StartAsync(gateway: null);
        using var entered = await _http.GetAsync(_app.NewAddress());
        _cookie = entered.Headers.GetValues("set-cookie").Single().Split(';')[0];
    }

    [Fact]
    public async Task the_code_lets_in_and_isnt_in_the_address_any_more()
    {
        using var entered = await _http.GetAsync(_app.NewAddress());

        entered.StatusCode.Should().Be(HttpStatusCode.OK);
        (await entered.Content.ReadAsStringAsync()).Should().Contain("content=\"0; url=/\"");
        entered.Headers.GetValues("set-cookie").Single().Should().StartWith($"latchkey-{_app.Address.Port}=")
            .And.Contain("httponly").And.Contain("samesite=strict").And.Contain("path=/").And.NotContain("expires");
        (await StatusAsync("/")).Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task a_code_works_once()
    {
        var address = _app.NewAddress();
        using var first = await _http.GetAsync(address);

        using var second = await _http.GetAsync(address);

        second.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        second.Headers.Contains("set-cookie").Should().BeFalse();
        (await StatusAsync("/")).Should().Be(HttpStatusCode.OK, "who is in stays in");
    }

    [Theory]
    [InlineData("/enter")]
    [InlineData("/enter?code=")]
    [InlineData("/enter?code=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task a_wrong_code_is_refused(string path)
    {
        _app.NewAddress();

        (await StatusAsync(path, cookie: false)).Should().Be(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/c/1")]
    [InlineData("/css/tokens.css")]
    [InlineData("/icon.svg")]
    [InlineData("/Latchkey.Desktop.styles.css")]
    [InlineData("/Chat/Views/Composer.razor.js")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/_blazor/initializers")]
    [InlineData("/nowhere")]
    public async Task nothing_is_served_without_a_session(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_app.Address, path));
        using var answer = await _http.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync())
            .Should().HaveLength("This address belongs to the window of the Latchkey app. Start the app to open one.".Length);
    }

    [Fact]
    public async Task another_session_is_refused() =>
        (await StatusAsync("/", r => r.Headers.Add("cookie", $"latchkey-{_app.Address.Port}={new string('0', 64)}"), cookie: false))
            .Should().Be(HttpStatusCode.Forbidden);

    [Theory]
    [InlineData("localhost")]
    [InlineData("rebound.example")]
    [InlineData("127.0.0.1.nip.example")]
    [InlineData("[::1]")]
    [InlineData("127.1")]
    public async Task another_name_of_this_machine_is_refused(string name) =>
        (await StatusAsync("/", r => r.Headers.Host = $"{name}:{_app.Address.Port}")).Should().Be(HttpStatusCode.Forbidden);

    [Fact]
    public async Task another_port_in_the_name_is_refused() =>
        (await StatusAsync("/", r => r.Headers.Host = "127.0.0.1")).Should().Be(HttpStatusCode.Forbidden);

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://localhost:PORT")]
    [InlineData("https://127.0.0.1:PORT")]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1:PORT, http://127.0.0.1:PORT")]
    public async Task another_origin_is_refused(string origin) =>
        (await StatusAsync("/_blazor/negotiate?negotiateVersion=1", r => r.Headers.Add("origin", Ported(origin)), HttpMethod.Post))
            .Should().Be(HttpStatusCode.Forbidden);

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task what_another_site_or_port_asks_for_is_refused(string site) =>
        (await StatusAsync("/css/tokens.css", r => r.Headers.Add("sec-fetch-site", site))).Should().Be(HttpStatusCode.Forbidden);

    [Theory]
    [InlineData("same-origin")]
    [InlineData("none")]
    public async Task what_the_page_itself_asks_for_is_served(string site) =>
        (await StatusAsync("/css/tokens.css", r => r.Headers.Add("sec-fetch-site", site))).Should().Be(HttpStatusCode.OK);

    [Fact]
    public async Task the_page_may_load_nothing_from_elsewhere_and_nothing_inline()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _app.Address);
        request.Headers.Add("cookie", _cookie);
        using var answer = await _http.SendAsync(request);

        var policy = string.Join("; ", answer.Headers.GetValues("content-security-policy"));
        policy.Should().Be(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
            + $"connect-src 'self' ws://127.0.0.1:{_app.Address.Port}; "
            + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'");
        answer.Headers.GetValues("x-content-type-options").Should().Equal("nosniff");
        answer.Headers.GetValues("cross-origin-opener-policy").Should().Equal("same-origin");
        answer.Headers.GetValues("cross-origin-resource-policy").Should().Equal("same-origin");
        answer.Headers.GetValues("referrer-policy").Should().Equal("same-origin");
        answer.Headers.Contains("server").Should().BeFalse();
    }

    [Fact]
    public async Task the_pages_own_socket_opens()
    {
        using var socket = await ConnectAsync(_cookie, $"http://127.0.0.1:{_app.Address.Port}");

        socket.State.Should().Be(WebSocketState.Open);
    }

    [Theory]
    [InlineData(false, "http://127.0.0.1:PORT")]
    [InlineData(true, "http://127.0.0.1:1")]
    [InlineData(true, "http://localhost:PORT")]
    [InlineData(true, "https://evil.example")]
    public async Task another_socket_is_refused(bool cookie, string origin)
    {
        var connecting = () => ConnectAsync(cookie ? _cookie : null, Ported(origin));

        (await connecting.Should().ThrowAsync<WebSocketException>()).Which.Message.Should().Contain("403");
    }

    [Fact]
    public void only_this_machine_reaches_the_port() => _app.Address.Should().Match<Uri>(a => a.Host == "127.0.0.1" && a.Port != 0);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private string Ported(string text) => text.Replace("PORT", $"{_app.Address.Port}", StringComparison.Ordinal);

    private async Task<HttpStatusCode> StatusAsync(string path, Action<HttpRequestMessage>? change = null, HttpMethod? method = null,
        bool cookie = true)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, new Uri(_app.Address, path));
        if (cookie)
        {
            request.Headers.Add("cookie", _cookie);
        }

        change?.Invoke(request);
        using var answer = await _http.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<ClientWebSocket> ConnectAsync(string? cookie, string origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("origin", origin);
        if (cookie is not null)
        {
            socket.Options.SetRequestHeader("cookie", cookie);
        }

        try
        {
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_app.Address.Port}/_blazor"), CancellationToken.None);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
