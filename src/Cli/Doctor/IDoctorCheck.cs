namespace Latchkey.Cli.Doctor;

/// <summary>
/// One line of <c>doctor</c>. Checks run one after the other; a later one may rest on what an earlier one left in the <see cref="Patient"/>.
/// </summary>
internal interface IDoctorCheck
{
    /// <summary>What it looks at, in one or two words.</summary>
    string Name { get; }

    /// <summary>Never throws because of what it finds.</summary>
    Task<Finding> LookAsync(Patient patient, CancellationToken cancellationToken);
}
