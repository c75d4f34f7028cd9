package dev.skerry.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.http.TrustedProxies.Sender;
import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {
    private final TrustedProxies proxies = TrustedProxies.of(List.of("10.0.0.0/8", "::1"));

    private @Nullable Sender sender(String peer, String... headers) {
        MultiMap map = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < headers.length; i += 2) {
            map.add(headers[i], headers[i + 1]);
        }
        return proxies.senderOf(peer, false, map);
    }

    @Test
    void onlyTheWordOfTrustedProxiesCounts() {
        String[] lies = {"X-Forwarded-For", "1.2.3.4", "X-Forwarded-Host", "evil", "X-Forwarded-Proto", "https"};
        assertThat(sender("192.0.2.1", lies)).isNull();
        assertThat(TrustedProxies.NONE.senderOf("10.0.0.1", false, MultiMap.caseInsensitiveMultiMap()))
                .isNull();
        assertThat(sender("10.1.2.3", lies)).isEqualTo(new Sender("1.2.3.4", true, Optional.of("evil")));
        assertThat(sender("::1", lies)).isNotNull();
    }

    @Test
    void aProxyThatSaysNothingIsTheSender() {
        assertThat(sender("10.0.0.1")).isEqualTo(new Sender("10.0.0.1", false, Optional.empty()));
    }

    /** What stands before the nearest stranger, the stranger may have made up. */
    @Test
    void theSenderIsTheNearestThatIsNoProxy() {
        String[][] rows = {
            {"1.2.3.4", "1.2.3.4"},
            {"9.9.9.9, 1.2.3.4", "1.2.3.4"},
            {"9.9.9.9, 1.2.3.4, 10.5.5.5", "1.2.3.4"},
            {"10.1.1.1, 10.2.2.2", "10.1.1.1"},
            {"1.2.3.4, nonsense", "10.0.0.1"},
            {"2001:db8::7", "2001:db8::7"},
        };
        for (String[] row : rows) {
            Sender sender = sender("10.0.0.1", "X-Forwarded-For", row[0]);
            assertThat(sender).isNotNull();
            assertThat(sender.address()).as(row[0]).isEqualTo(row[1]);
        }
    }

    @Test
    void theHostIsTheOneTheSenderNamed() {
        String[][] rows = {
            // Host, X-Forwarded-Host, -Port, -Proto, and what is made of them
            {"127.0.0.1:9000", "s3.example.com", null, "https", "s3.example.com"},
            {"127.0.0.1:9000", "s3.example.com:8443", null, "https", "s3.example.com:8443"},
            {"127.0.0.1:9000", "s3.example.com", "8443", "https", "s3.example.com:8443"},
            {"127.0.0.1:9000", "s3.example.com", "443", "https", "s3.example.com"},
            {"127.0.0.1:9000", "s3.example.com", "80", "http", "s3.example.com"},
            {"127.0.0.1:9000", "s3.example.com, inner:9000", null, "http", "s3.example.com"},
            {"127.0.0.1:9000", "[2001:db8::7]:8080", null, "http", "[2001:db8::7]:8080"},
            {"s3.example.com:8443", "s3.example.com", null, "https", null},
        };
        for (String[] row : rows) {
            MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                    .add("Host", row[0])
                    .add("X-Forwarded-Host", row[1])
                    .add("X-Forwarded-Proto", row[3]);
            if (row[2] != null) {
                headers.add("X-Forwarded-Port", row[2]);
            }
            Sender sender = proxies.senderOf("10.0.0.1", false, headers);
            assertThat(sender).isNotNull();
            assertThat(sender.host()).as(row[1]).isEqualTo(Optional.ofNullable(row[4]));
        }
    }

    @Test
    void whatIsNoAddressIsRefused() {
        assertThatThrownBy(() -> TrustedProxies.of(List.of("proxy.example.com")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("proxy.example.com");
    }
}
