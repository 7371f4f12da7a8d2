using System.Net;
using Latchkey.Gateway.Storage.Redis;

namespace Latchkey.Gateway.Tests.Storage.Redis;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost", 6379, null, null, null, false)]
    [InlineData("redis://10.0.0.7:6380", "10.0.0.7", 6380, null, null, null, false)]
    [InlineData("redis://:s3cret@cache.example:6379/3", "cache.example", 6379, null, "s3cret", 3, false)]
    [InlineData("redis://gate:p%40ss%2Fword@cache.example/", "cache.example", 6379, "gate", "p@ss/word", null, false)]
    [InlineData("rediss://:s3cret@cache.example:6390/0", "cache.example", 6390, null, "s3cret", 0, true)]
    [InlineData("redis://[::1]:6379", "::1", 6379, null, null, null, false)]
    [InlineData("cache.example:6379,password=s3cret,ssl=true", "cache.example", 6379, null, "s3cret", null, true)]
    public void every_form_is_read(string value, string host, int port, string? user, string? password, int? database, bool tls)
    {
        var options = RedisUrl.Parse(value);

        var endpoint = options.EndPoints.Should().ContainSingle().Subject;
        (endpoint switch { DnsEndPoint dns => (dns.Host, dns.Port), IPEndPoint ip => (ip.Address.ToString(), ip.Port), _ => default })
            .Should().Be((host, port));
        options.User.Should().Be(user);
        options.Password.Should().Be(password);
        options.DefaultDatabase.Should().Be(database);
        options.Ssl.Should().Be(tls);
        options.AbortOnConnectFail.Should().BeFalse();
    }

    [Theory]
    [InlineData("http://:s3cret@cache.example")]
    [InlineData("redis://")]
    [InlineData("redis://:s3cret@/1")]
    [InlineData("redis://s3cret@cache.example")]
    [InlineData("redis://:s3cret@cache.example:port")]
    [InlineData("redis://:s3cret@cache.example/one")]
    [InlineData("redis://:s3cret@cache.example/-1")]
    [InlineData("redis://:s3cret@cache.example?db=1")]
    [InlineData("redis://:s3cret#@cache.example")]
    [InlineData("password=s3cret")]
    [InlineData("cache.example,s3cret=yes")]
    [InlineData("cache.example,connectTimeout=s3cret")]
    [InlineData("")]
    public void what_cannot_be_read_is_named_without_its_secret(string value)
    {
        var parse = () => RedisUrl.Parse(value);

        var error = parse.Should().Throw<FormatException>().Which;
        error.Message.Should().StartWith("REDIS_URL ");
        error.ToString().Should().NotContain("s3cret");
    }
}
