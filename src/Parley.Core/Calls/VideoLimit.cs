namespace Parley.Calls;

/// <summary>How much of the pictures a connection gets, in steps.</summary>
public enum VideoStep
{
    /// <summary>No pictures: what is left is for the voice.</summary>
    Paused,
    /// <summary>Small and slow.</summary>
    Low,
    /// <summary>Less than there could be.</summary>
    Reduced,
    /// <summary>As much as the call's size allows.</summary>
    Full,
}

/// <summary>What one connection may carry of the own pictures. Bits per second and frames per second at most; 0 bits is none.</summary>
/// <param name="Step">Which step that is.</param>
/// <param name="CameraBps">The camera.</param>
/// <param name="CameraScale">By how much the camera's picture is made smaller, 1 for not at all.</param>
/// <param name="CameraFps">The camera.</param>
/// <param name="ScreenBps">A shared screen, which stays as large as it is, because it is read.</param>
/// <param name="ScreenFps">A shared screen.</param>
public readonly record struct VideoLimit(VideoStep Step, int CameraBps, double CameraScale, int CameraFps, int ScreenBps, int ScreenFps)
{
    /// <summary>All connections of one's own share these: a mesh sends everything once for each.</summary>
    private const int CameraBpsSum = 1_350_000, ScreenBpsSum = 3_000_000;
    private const int CameraBpsMax = 800_000, ScreenBpsMax = 2_500_000;

    /// <summary>The limit of a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="links">How many connections share what there is.</param>
    public static VideoLimit Of(VideoStep step, int links)
    {
        var camera = Math.Min(CameraBpsMax, CameraBpsSum / Math.Max(1, links));
        var screen = Math.Min(ScreenBpsMax, ScreenBpsSum / Math.Max(1, links));
        return step switch
        {
            VideoStep.Full => new(step, camera, 1, 24, screen, 15),
            VideoStep.Reduced => new(step, Math.Min(camera, 250_000), 1.5, 15, Math.Min(screen, 500_000), 8),
            VideoStep.Low => new(step, Math.Min(camera, 100_000), 3, 10, Math.Min(screen, 200_000), 3),
            VideoStep.Paused => new(step, 0, 1, 1, 0, 1),
        };
    }
}
