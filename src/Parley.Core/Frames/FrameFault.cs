namespace Parley.Frames;

/// <summary>Why a received frame was not understood.</summary>
internal enum FrameFault
{
    /// <summary>It was.</summary>
    None,
    /// <summary>Not JSON, too deep, duplicate names, or not an object.</summary>
    Malformed,
    /// <summary>A known type with missing or wrong fields.</summary>
    BadFields,
}
