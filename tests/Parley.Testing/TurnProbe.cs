using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Testing;

/// <summary>Asks a TURN server for an allocation (RFC 8656) and says what it answers.</summary>
public static class TurnProbe
{
    private const uint Cookie = 0x2112A442;
    private const ushort AllocateRequest = 0x0003, AllocateSuccess = 0x0103;
    private const ushort Username = 0x0006, MessageIntegrity = 0x0008, ErrorCode = 0x0009, Realm = 0x0014, Nonce = 0x0015, RequestedTransport = 0x0019;
    private static readonly byte[] Udp = [17, 0, 0, 0];
    private static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(1);

    /// <summary>0 where the allocation is made, else the error's code; -1 where nobody answers.</summary>
    public static async Task<int> AllocateAsync(IPEndPoint server, string username, string credential)
    {
        try
        {
            return await AskForAsync(server, username, credential);
        }
        catch (Exception silent) when (silent is SocketException or OperationCanceledException)
        {
            return -1;
        }
    }

    private static async Task<int> AskForAsync(IPEndPoint server, string username, string credential)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        var challenge = await AskAsync(socket, Message([(RequestedTransport, Udp)], null));
        var (realm, nonce) = (Find(challenge, Realm)!, Find(challenge, Nonce)!);
        var answer = await AskAsync(socket, Message(
            [(RequestedTransport, Udp), (Username, Encoding.UTF8.GetBytes(username)), (Realm, realm), (Nonce, nonce)],
            Key(username, Encoding.UTF8.GetString(realm), credential)));
        return BinaryPrimitives.ReadUInt16BigEndian(answer) == AllocateSuccess ? 0 : Find(answer, ErrorCode) is { } error ? (error[2] * 100) + error[3] : -1;
    }

    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "The key of long-term credentials (RFC 8489).")]
    private static byte[] Key(string username, string realm, string credential) => MD5.HashData(Encoding.UTF8.GetBytes($"{username}:{realm}:{credential}"));

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "MESSAGE-INTEGRITY (RFC 8489).")]
    private static byte[] Message((ushort Type, byte[] Value)[] attributes, byte[]? key)
    {
        using var body = new MemoryStream();
        foreach (var (type, value) in attributes)
        {
            Append(body, type, value);
        }

        var message = new byte[20 + body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, AllocateRequest);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), Cookie);
        RandomNumberGenerator.Fill(message.AsSpan(8, 12));
        body.ToArray().CopyTo(message, 20);

        // The length that is signed counts the signature too.
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(body.Length + (key is null ? 0 : 24)));
        if (key is null)
        {
            return message;
        }

        using var signed = new MemoryStream();
        signed.Write(message);
        Append(signed, MessageIntegrity, HMACSHA1.HashData(key, message));
        return signed.ToArray();
    }

    private static void Append(MemoryStream to, ushort type, byte[] value)
    {
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(head, type);
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)value.Length);
        to.Write(head);
        to.Write(value);
        to.Write(new byte[(4 - (value.Length % 4)) % 4]);
    }

    private static async Task<byte[]> AskAsync(Socket socket, byte[] message)
    {
        var buffer = new byte[2_048];
        for (var tries = 0; ; tries++)
        {
            await socket.SendAsync(message);
            using var patience = new CancellationTokenSource(ResendAfter);
            try
            {
                var length = await socket.ReceiveAsync(buffer, patience.Token);
                return buffer[..length];
            }
            catch (OperationCanceledException) when (tries < 5)
            {
                // A datagram may get lost.
            }
        }
    }

    private static byte[]? Find(byte[] message, ushort wanted)
    {
        for (var at = 20; at + 4 <= message.Length;)
        {
            var (type, length) = (BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at)), BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(at + 2)));
            if (type == wanted)
            {
                return message[(at + 4)..(at + 4 + length)];
            }

            at += 4 + ((length + 3) & ~3);
        }

        return null;
    }
}
