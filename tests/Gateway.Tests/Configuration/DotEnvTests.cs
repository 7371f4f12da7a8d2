using Latchkey.Gateway.Configuration;

namespace Latchkey.Gateway.Tests.Configuration;

public sealed class DotEnvTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("PORT=4001", "4001")]
    [InlineData("  PORT = 4001  ", "4001")]
    [InlineData("export PORT=4001", "4001")]
    [InlineData("PORT=\"4001\"", "4001")]
    [InlineData("PORT='4 # 1'", "4 # 1")]
    [InlineData("PORT=4001 # a comment", "4001")]
    [InlineData("PORT=a#b", "a#b")]
    [InlineData("PORT=a=b==", "a=b==")]
    [InlineData("PORT=", "")]
    [InlineData("PORT=1\nPORT=2", "2")]
    [InlineData("# PORT=1\n\nPORT=2\r\n", "2")]
    [InlineData("PORT=\"", "\"")]
    public void a_line_is_an_assignment(string text, string value)
    {
        File.WriteAllText(_path, text);

        DotEnv.Read(_path)["PORT"].Should().Be(value);
    }

    [Theory]
    [InlineData("sk-ant-a-secret")]
    [InlineData("=sk-ant-a-secret")]
    public void another_line_is_told_by_number_not_by_text(string line)
    {
        File.WriteAllText(_path, "PORT=1\n" + line);
        var read = () => DotEnv.Read(_path);

        read.Should().Throw<SettingException>().Which.Message.Should().Contain("line 2").And.NotContain("secret");
    }

    [Fact]
    public void no_file_is_no_settings() => DotEnv.Read(_path + ".none").Should().BeEmpty();
}
