package dev.skerry.cluster.peer;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Signs certificates for tests, in PEM. The JDK has nothing in reach that makes any, so they are put together here. */
public final class TestAuthority {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final InstantSource CLOCK = InstantSource.system();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    // DER: tags, and whole object identifiers
    private static final int SEQUENCE = 0x30;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final byte[] ECDSA_SHA256 = hex("06082a8648ce3d040302");
    private static final byte[] COMMON_NAME = hex("0603550403");
    private static final byte[] BASIC_CONSTRAINTS = hex("0603551d13");
    private static final byte[] ALTERNATIVE_NAMES = hex("0603551d11");
    private static final byte[] KEY_USES = hex("0603551d25");
    private static final byte[] SERVER_USE = hex("06082b06010505070301");
    private static final byte[] CLIENT_USE = hex("06082b06010505070302");
    private static final byte[] TRUE = hex("0101ff");
    private static final byte[] VERSION_3 = hex("a003020102");

    private final String name;
    private final KeyPair keys = newKeys();
    private final String certificate;

    /** A certificate and its private key, both in PEM. */
    public record Issued(String certificate, String key) {}

    /**
     * What a certificate says.
     *
     * @param names of whom it is for, DNS names
     */
    public record Wish(List<String> names, Instant from, Instant to, boolean forServers, boolean forClients) {
        /** A certificate for a node, as it should be. */
        public static Wish of(String node) {
            Instant now = CLOCK.instant();
            return new Wish(List.of(node), now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(30)), true, true);
        }

        Wish valid(Instant begin, Instant end) {
            return new Wish(names, begin, end, forServers, forClients);
        }

        Wish uses(boolean servers, boolean clients) {
            return new Wish(names, from, to, servers, clients);
        }
    }

    /** A new one with a key of its own. */
    public TestAuthority(String name) {
        this.name = name;
        Instant now = CLOCK.instant();
        this.certificate = pem(
                "CERTIFICATE",
                sign(
                        name,
                        keys.getPublic(),
                        now.minus(Duration.ofDays(1)),
                        now.plus(Duration.ofDays(365)),
                        List.of(extension(BASIC_CONSTRAINTS, der(SEQUENCE, TRUE)))));
    }

    /** Its own certificate in PEM. */
    public String certificate() {
        return certificate;
    }

    /** A certificate for a node, with a new key. */
    public Issued issue(String node) {
        return issue(Wish.of(node));
    }

    /** A certificate that says so, with a new key. It is for this machine's loopback address too. */
    public Issued issue(Wish wish) {
        KeyPair issued = newKeys();
        byte[][] names = new byte[wish.names.size() + 1][];
        for (int i = 0; i < wish.names.size(); i++) {
            names[i] = der(DNS_NAME, wish.names.get(i).getBytes(StandardCharsets.US_ASCII));
        }
        names[wish.names.size()] = der(IP_ADDRESS, new byte[] {127, 0, 0, 1});
        List<byte[]> uses = new ArrayList<>();
        if (wish.forServers) {
            uses.add(SERVER_USE);
        }
        if (wish.forClients) {
            uses.add(CLIENT_USE);
        }
        byte[] signed = sign(
                "node of " + name,
                issued.getPublic(),
                wish.from,
                wish.to,
                List.of(
                        extension(ALTERNATIVE_NAMES, der(SEQUENCE, names)),
                        extension(KEY_USES, der(SEQUENCE, uses.toArray(byte[][]::new)))));
        return new Issued(
                pem("CERTIFICATE", signed),
                pem("PRIVATE KEY", issued.getPrivate().getEncoded()));
    }

    private byte[] sign(String subject, PublicKey key, Instant from, Instant to, List<byte[]> extensions) {
        byte[] algorithm = der(SEQUENCE, ECDSA_SHA256);
        byte[] serial = new BigInteger(63, RANDOM).add(BigInteger.ONE).toByteArray();
        byte[] content = der(
                SEQUENCE,
                VERSION_3,
                der(0x02, serial),
                algorithm,
                distinguishedName(name),
                der(SEQUENCE, time(from), time(to)),
                distinguishedName(subject),
                key.getEncoded(),
                der(0xa3, der(SEQUENCE, extensions.toArray(byte[][]::new))));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(content);
            return der(SEQUENCE, content, algorithm, der(0x03, new byte[] {0}, signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] extension(byte[] id, byte[] value) {
        return der(SEQUENCE, id, der(0x04, value));
    }

    private static byte[] distinguishedName(String commonName) {
        return der(
                SEQUENCE,
                der(0x31, der(SEQUENCE, COMMON_NAME, der(0x0c, commonName.getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] time(Instant time) {
        return der(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... contents) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] each : contents) {
            content.writeBytes(each);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            byte[] digits = BigInteger.valueOf(length).toByteArray();
            int leading = digits[0] == 0 ? 1 : 0;
            out.write(0x80 | (digits.length - leading));
            out.write(digits, leading, digits.length - leading);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String what, byte[] encoded) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(encoded);
        return "-----BEGIN " + what + "-----\n" + base64 + "\n-----END " + what + "-----\n";
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
