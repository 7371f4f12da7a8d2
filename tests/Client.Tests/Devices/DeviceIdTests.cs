using Latchkey.Client.Devices;

namespace Latchkey.Client.Tests.Devices;

public class DeviceIdTests
{
    [Fact]
    public void an_id_is_stable_and_says_nothing_of_the_machine_s_own()
    {
        const string machine = "0123456789abcdef0123456789abcdef";

        // Deployed desktops are known by it: it must never change.
        DeviceId.Of(machine).Should().Be("46850922586ad7579a8d3dc9ffecdbbf");
        DeviceId.Of(machine).Should().NotBe(DeviceId.Of("1123456789abcdef0123456789abcdef"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("uninitialized")]
    [InlineData("00000000000000000000000000000000")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    public void an_id_that_names_no_machine_is_none(string? id) => MachineId.Plausible(id).Should().BeNull();

    [Fact]
    public void this_machine_keeps_its_id()
    {
        var folder = Directory.CreateTempSubdirectory("latchkey-device-");

        DeviceId.Read(folder.FullName).Should().Be(DeviceId.Read(folder.FullName)).And.HaveLength(32);

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task where_there_is_no_machine_id_processes_that_start_at_once_agree_on_one()
    {
        var folder = Directory.CreateTempSubdirectory("latchkey-device-");

        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await Task.Yield();
            return DeviceId.Of(null, folder.FullName);
        }));

        ids.Distinct().Should().ContainSingle().Which.Should().HaveLength(32);
        folder.GetFiles().Should().ContainSingle();
        File.WriteAllText(Path.Combine(folder.FullName, "device-id"), "rubbish");
        DeviceId.Of(null, folder.FullName).Should().HaveLength(32).And.NotBe(ids[0]).And.Be(DeviceId.Of(null, folder.FullName));
        folder.Delete(recursive: true);
    }
}
