namespace Parley.Calls;

/// <summary>What a participant sends and shows. A shared screen is not a camera: it does not count towards the ceiling.</summary>
/// <param name="Audio">The microphone is on.</param>
/// <param name="Video">The camera is on.</param>
/// <param name="Screen">A screen is shared.</param>
/// <param name="Hand">The hand is up (addition).</param>
/// <param name="Speaking">The person is heard speaking (addition).</param>
public readonly record struct CallMedia(bool Audio, bool Video = false, bool Screen = false, bool Hand = false, bool Speaking = false);
