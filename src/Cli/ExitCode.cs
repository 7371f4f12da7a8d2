namespace Latchkey.Cli;

/// <summary>What the program ends with. A program that it starts ends with its own code. Documented in README.md.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>Something failed: a check of <c>doctor</c>, a file that can't be written.</summary>
    public const int Failed = 1;

    /// <summary>The command line isn't understood.</summary>
    public const int Usage = 2;

    /// <summary>No gateway and no key are configured, or a setting can't be used.</summary>
    public const int NotConfigured = 3;

    /// <summary>The gateway can't be reached.</summary>
    public const int Unreachable = 4;

    /// <summary>The gateway answers and says no.</summary>
    public const int Refused = 5;

    /// <summary>The program to start was found and can't be run; the code that shells use.</summary>
    public const int CannotRun = 126;

    /// <summary>The program to start wasn't found; the code that shells use.</summary>
    public const int NotFound = 127;
}
