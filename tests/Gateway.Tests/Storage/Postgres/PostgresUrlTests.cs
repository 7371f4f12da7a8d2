using Latchkey.Gateway.Storage.Postgres;
using Npgsql;

namespace Latchkey.Gateway.Tests.Storage.Postgres;

public sealed class PostgresUrlTests
{
    [Theory]
    [InlineData("postgres://gate@localhost", "localhost", 5432, "gate", null, "gate")]
    [InlineData("postgresql://gate:s3cret@10.0.0.7:6543/ledger", "10.0.0.7", 6543, "gate", "s3cret", "ledger")]
    [InlineData("postgres://gate%40corp:p%40ss%2Fw%3Ao%3Frd@db.example/my%20ledger", "db.example", 5432, "gate@corp", "p@ss/w:o?rd", "my ledger")]
    [InlineData("POSTGRES://gate:s3cret@[::1]:6543/ledger", "::1", 6543, "gate", "s3cret", "ledger")]
    [InlineData("postgres://gate@%2Fvar%2Frun%2Fpostgresql/ledger", "/var/run/postgresql", 5432, "gate", null, "ledger")]
    public void every_form_is_read(string value, string host, int port, string user, string? password, string database)
    {
        var options = PostgresUrl.Parse(value);

        (options.Host, options.Port, options.Username, options.Password, options.Database).Should().Be((host, port, user, password, database));
    }

    [Fact]
    public void several_hosts_are_one_store()
    {
        PostgresUrl.Parse("postgres://gate:s3cret@db1.example,db2.example:6543/ledger").Host.Should().Be("db1.example:5432,db2.example:6543");
    }

    [Theory]
    [InlineData("disable", SslMode.Disable)]
    [InlineData("require", SslMode.Require)]
    [InlineData("verify-full", SslMode.VerifyFull)]
    public void tls_is_asked_for_as_with_libpq(string mode, SslMode expected)
    {
        var root = typeof(PostgresUrlTests).Assembly.Location;

        var options = PostgresUrl.Parse($"postgres://gate@db.example/ledger?sslmode={mode}&sslrootcert={Uri.EscapeDataString(root)}&application_name=one&options=-csearch_path%3Dlatchkey");

        options.SslMode.Should().Be(expected);
        options.RootCertificate.Should().Be(root);
        options.ApplicationName.Should().Be("one");
        options.Options.Should().Be("-csearch_path=latchkey");
    }

    [Fact]
    public void nothing_waits_long_for_it()
    {
        var options = PostgresUrl.Parse("postgres://gate@db.example");

        options.Timeout.Should().Be(5);
        options.CommandTimeout.Should().Be(10);
        options.SslMode.Should().Be(SslMode.Prefer);
    }

    [Theory]
    [InlineData("mysql://gate:s3cret@db.example/ledger")]
    [InlineData("Host=db.example;Password=s3cret")]
    [InlineData("postgres://")]
    [InlineData("postgres://:s3cret@db.example")]
    [InlineData("postgres://db.example/s3cret")]
    [InlineData("postgres://gate:s3cret@/ledger")]
    [InlineData("postgres://gate:s3cret@db.example,/ledger")]
    [InlineData("postgres://gate:s3cret@db.example:port/ledger")]
    [InlineData("postgres://gate:s3cret@db.example:70000/ledger")]
    [InlineData("postgres://gate:s3cret@x@db.example/ledger")]
    [InlineData("postgres://gate:x/s3cret@db.example/ledger")]
    [InlineData("postgres://gate:x?s3cret@db.example/ledger")]
    [InlineData("postgres://gate:s3cret@db.example?sslmode=s3cret")]
    [InlineData("postgres://gate:s3cret@db.example?s3cret=1")]
    [InlineData("postgres://gate:s3cret@db.example?sslrootcert=/s3cret")]
    [InlineData("")]
    public void what_cannot_be_read_is_named_without_its_secret(string value)
    {
        var parse = () => PostgresUrl.Parse(value);

        var error = parse.Should().Throw<FormatException>().Which;
        error.Message.Should().StartWith("DATABASE_URL ");
        error.ToString().Should().NotContain("s3cret");
    }
}
