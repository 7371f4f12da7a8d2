namespace Latchkey.Cli.Setup;

/// <summary>Whose settings of Claude Code.</summary>
internal enum SettingsScope
{
    /// <summary>The person's, in every project.</summary>
    User,

    /// <summary>The project's, for everybody who works on it.</summary>
    Project,

    /// <summary>The project's, for this person.</summary>
    Local,

    /// <summary>The administrator's, for everybody on the machine; they outweigh all others.</summary>
    Managed,
}
