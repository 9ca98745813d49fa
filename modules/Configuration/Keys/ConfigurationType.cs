namespace Kafka.Modular.Configuration.Keys;

/// <summary>Type of a configuration value. The numbers are those of DescribeConfigs (KIP-569).</summary>
public enum ConfigurationType
{
    /// <summary>Not known.</summary>
    Unknown = 0,

    /// <summary>true or false.</summary>
    Boolean = 1,

    /// <summary>Text without white space at its ends.</summary>
    String = 2,

    /// <summary>32-bit integer.</summary>
    Int = 3,

    /// <summary>16-bit integer.</summary>
    Short = 4,

    /// <summary>64-bit integer.</summary>
    Long = 5,

    /// <summary>64-bit floating point number.</summary>
    Double = 6,

    /// <summary>Strings joined by commas.</summary>
    List = 7,

    /// <summary>Name of a Java class, which stands for a built-in part or a plugin.</summary>
    Class = 8,

    /// <summary>Text that is never shown.</summary>
    Password = 9,
}
