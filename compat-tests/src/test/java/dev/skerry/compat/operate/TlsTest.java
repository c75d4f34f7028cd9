package dev.skerry.compat.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.compat.sdk.Sdk;
import dev.skerry.compat.server.Eventually;
import dev.skerry.compat.server.ServerLab;
import dev.skerry.compat.server.Settings;
import dev.skerry.compat.server.SkerryServer;
import dev.skerry.compat.server.WithServer;
import dev.skerry.compat.wire.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;

/** A server that speaks TLS. */
@ExtendWith(WithServer.class)
class TlsTest {
    private static final Duration RENEWED_WITHIN = Duration.ofSeconds(40);

    @Test
    void objectsGoBothWaysAndARenewedCertificateIsTakenUp(ServerLab lab) throws Throwable {
        Path folder = Files.createDirectories(lab.path("tls"));
        Path certificateFile = folder.resolve("certificate.pem");
        Path keyFile = folder.resolve("key.pem");
        Certificate first = Certificate.make(folder);
        first.writeCertificate(certificateFile);
        first.writeKey(keyFile);
        SkerryServer server = lab.server(Settings.of(lab.path("data")).withTls(certificateFile, keyFile))
                .start();
        assertThat(server.tail(5)).contains("S3 https://127.0.0.1:" + server.s3Port());

        everyChecksumComesByTrailer(server, first);
        assertThat(plainAnswer(server)).as("plain HTTP").doesNotContain("HTTP/1.1 200");

        Certificate second = Certificate.make(folder);
        second.writeKey(keyFile);
        second.writeCertificate(certificateFile);
        assertThat(shownInTime(server, second)).as("the renewed certificate").isTrue();

        Files.writeString(keyFile, "not a key");
        Eventually.holds(
                RENEWED_WITHIN,
                () -> assertThat(server.tail(50)).contains("cannot be used, the certificate in use stays"));
        assertThat(shows(server, second)).as("after files of no use").isTrue();
        assertThat(server.stop()).isZero();
    }

    /** Over TLS the SDK leaves the body unsigned and sends its checksum behind it. */
    @SuppressWarnings("deprecation") // still the client most programs have on their class path
    private static void everyChecksumComesByTrailer(SkerryServer server, Certificate certificate) throws Exception {
        var trusted = certificate.trusted();
        try (S3Client client = Sdk.syncBuilder(server)
                .httpClientBuilder(ApacheHttpClient.builder().tlsTrustManagersProvider(() -> trusted))
                .build()) {
            String bucket = Sdk.bucket(client);
            for (ChecksumAlgorithm algorithm : new ChecksumAlgorithm[] {
                ChecksumAlgorithm.CRC32,
                ChecksumAlgorithm.CRC32_C,
                ChecksumAlgorithm.CRC64_NVME,
                ChecksumAlgorithm.SHA1,
                ChecksumAlgorithm.SHA256
            }) {
                byte[] content = Bytes.of(7, 300_000);
                client.putObject(
                        put -> put.bucket(bucket).key("k").checksumAlgorithm(algorithm),
                        RequestBody.fromBytes(content));
                var got = client.getObjectAsBytes(
                        get -> get.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED));
                assertThat(got.asByteArrayUnsafe()).isEqualTo(content);
            }
        }
    }

    private static String plainAnswer(SkerryServer server) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.s3Port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write("GET /_/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(1000), StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean shownInTime(SkerryServer server, Certificate certificate) throws Exception {
        long deadline = System.nanoTime() + RENEWED_WITHIN.toNanos();
        boolean shown = shows(server, certificate);
        while (!shown && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(500);
            shown = shows(server, certificate);
        }
        return shown;
    }

    private static boolean shows(SkerryServer server, Certificate certificate)
            throws IOException, GeneralSecurityException {
        try (SSLSocket socket = (SSLSocket) certificate
                .context()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), server.s3Port())) {
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0].equals(certificate.shown());
        } catch (SSLException _) {
            return false;
        }
    }

    @Test
    void filesThatDoNotFitStopTheStart(ServerLab lab) throws Exception {
        Path folder = Files.createDirectories(lab.path("tls"));
        Path certificateFile = folder.resolve("certificate.pem");
        Path keyFile = folder.resolve("key.pem");
        Certificate.make(folder).writeCertificate(certificateFile);
        Files.writeString(keyFile, "not a key");
        refused(lab, Settings.of(lab.path("data")).withTls(certificateFile, keyFile), "cannot listen on");
        refused(
                lab,
                Settings.of(lab.path("data")).withTls(certificateFile, folder.resolve("none")),
                "tls: cannot read");
        refused(
                lab,
                Settings.of(lab.path("data")).withEnvironment("SKERRY_TLS__CERTIFICATE", certificateFile.toString()),
                "tls.key: missing");
    }

    private static void refused(ServerLab lab, Settings settings, String says) {
        SkerryServer server = lab.server(settings);
        assertThat(server.startExpectingExit()).isNotZero();
        assertThat(server.tail(5)).contains(says).doesNotContain("\tat ");
    }
}
