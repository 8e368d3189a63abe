using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>Runs <c>npm ci</c> once for all builds that want it at the same time, and leaves a stamp when it succeeded.</summary>
public sealed class NpmInstallOnce : Task
{
    [Required]
    public string Folder { get; set; }

    [Required]
    public string Stamp { get; set; }

    [Required]
    public string LockFile { get; set; }

    public override bool Execute()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LockFile));
        // The system lets go of the lock when a build is killed, so a stale one cannot exist.
        using (Lock())
        {
            var wanted = File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"));
            if (File.Exists(Stamp) && File.GetLastWriteTimeUtc(Stamp) >= wanted)
            {
                return true;
            }

            Log.LogMessage(MessageImportance.High, "Fetching the npm packages of package-lock.json …");
            if (!Run())
            {
                return false;
            }

            File.WriteAllText(Stamp, "");
            return true;
        }
    }

    private FileStream Lock()
    {
        while (true)
        {
            try
            {
                return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                Thread.Sleep(200);
            }
        }
    }

    private bool Run()
    {
        var windows = Path.DirectorySeparatorChar == '\\';
        var start = new ProcessStartInfo(windows ? "cmd" : "npm", windows ? "/c npm ci" : "ci")
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using (var npm = Process.Start(start))
            {
                var errors = npm.StandardError.ReadToEndAsync();
                npm.StandardOutput.ReadToEnd();
                npm.WaitForExit();
                if (npm.ExitCode == 0)
                {
                    return true;
                }

                Log.LogError("npm ci ended with " + npm.ExitCode + ": " + errors.GetAwaiter().GetResult());
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Log.LogError("npm was not found. Parley's build needs Node.js 20 or newer for the packages of package-lock.json.");
        }

        return false;
    }
}
