using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Cli.Identity;
using Parley.Cli.Terminal;

namespace Parley.Cli.Hosting;

/// <summary>The certificate of a hub that does TLS itself, read again when its files change.</summary>
/// <remarks>Safe for several threads. Files that do not fit together, as while a tool renews them, leave the certificate as it was.</remarks>
internal sealed partial class HubCertificate
{
    private const string OwnCertificate = "tls.crt";
    private const string OwnKey = "tls.key";

    /// <summary>What browsers still take from somebody who trusts a certificate by hand.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(820);

    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly Lock _gate = new();
    private ILogger? _log;
    private (DateTime, DateTime) _stamp;
    private SslStreamCertificateContext _current;

    private HubCertificate(string certificateFile, string keyFile)
    {
        _certificateFile = certificateFile;
        _keyFile = keyFile;
        try
        {
            _stamp = Stamp();
            _current = Load();
        }
        catch (Exception failure) when (IsOfFiles(failure))
        {
            throw new CliException(ExitCode.Usage, $"{certificateFile} and {keyFile} are no certificate and its key: {failure.Message}");
        }
    }

    /// <summary>The certificate of a site, or null where it does no TLS. Throws a usage <see cref="CliException"/> where it cannot be read.</summary>
    /// <param name="site">Where the hub listens.</param>
    /// <param name="folder">Where a certificate of its own is kept.</param>
    /// <param name="time">Tells when that is too old.</param>
    public static HubCertificate? Of(HubSite site, string folder, TimeProvider time)
    {
        switch (site.Tls)
        {
            case HubTls.Files:
                return new(site.CertificateFile, site.KeyFile);
            case HubTls.SelfSigned:
                var (certificate, key) = (Path.Combine(folder, OwnCertificate), Path.Combine(folder, OwnKey));
                if (!IsGood(certificate, key, time))
                {
                    Make(site, certificate, key, time);
                }

                return new(certificate, key);
            default:
                return null;
        }
    }

    /// <summary>The SHA-256 of the certificate, as browsers show it.</summary>
    public string Fingerprint => string.Join(':', Current.TargetCertificate.GetCertHash(HashAlgorithmName.SHA256).Select(static b => b.ToString("X2", null)));

    /// <summary>The certificate with its chain, as it stands in the files now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_gate)
            {
                try
                {
                    if (Stamp() is var stamp && stamp != _stamp)
                    {
                        _stamp = stamp;
                        _current = Load();
                        _log?.LogReloaded(_certificateFile);
                    }
                }
                catch (Exception failure) when (IsOfFiles(failure))
                {
                    _log?.LogNotReloaded(_certificateFile, failure.Message);
                }

                return _current;
            }
        }
    }

    /// <summary>Tells of changes of the files from now on.</summary>
    public void LogTo(ILogger log) => _log = log;

    private (DateTime, DateTime) Stamp() => (File.GetLastWriteTimeUtc(_certificateFile), File.GetLastWriteTimeUtc(_keyFile));

    private SslStreamCertificateContext Load()
    {
        using var pem = X509Certificate2.CreateFromPemFile(_certificateFile, _keyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_certificateFile);
        // A key that came from text cannot be used for TLS on every platform before it was packed once.
        return SslStreamCertificateContext.Create(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null), chain, offline: true);
    }

    private static bool IsOfFiles(Exception failure) => failure is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    private static bool IsGood(string certificateFile, string keyFile, TimeProvider time)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            return certificate.NotAfter > time.GetLocalNow().DateTime + RenewBefore;
        }
        catch (Exception failure) when (IsOfFiles(failure))
        {
            return false;
        }
    }

    private static void Make(HubSite site, string certificateFile, string keyFile, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Parley hub", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(Names(site));
        var now = time.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + Lifetime);
        PrivateFile.Replace(keyFile, System.Text.Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem() + "\n"));
        PrivateFile.Replace(certificateFile, System.Text.Encoding.ASCII.GetBytes(certificate.ExportCertificatePem() + "\n"));
    }

    private static X509Extension Names(HubSite site)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in site.PublicAddresses.Select(static a => a.Host.Trim('[', ']')).Append("localhost").Append(Dns.GetHostName()).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(host, out var number))
            {
                names.AddIpAddress(number);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        foreach (var address in MachineAddresses.All.Append(IPAddress.Loopback).Append(IPAddress.IPv6Loopback).Append(site.Address).Distinct())
        {
            names.AddIpAddress(address);
        }

        return names.Build();
    }
}

/// <summary>What a hub says about its certificate.</summary>
internal static partial class HubCertificateLog
{
    [LoggerMessage(1, LogLevel.Information, "The certificate {File} was read again")]
    public static partial void LogReloaded(this ILogger log, string file);

    [LoggerMessage(2, LogLevel.Warning, "The certificate {File} changed and is not used: {Why}")]
    public static partial void LogNotReloaded(this ILogger log, string file, string why);
}
