package dev.skerry.s3.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.s3.auth.Identities.Anonymous;
import dev.skerry.s3.auth.Identities.Credential;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentitiesTest {
    private static final Identity ALICE = new Identity("alice", "Alice", "a1", "Alice@Example.com", Identity.Kind.USER);
    private static final Identity BOB = new Identity("bob", "Bob", "b1", "", Identity.Kind.USER);

    @Test
    void identitiesAreFoundByKeyIdAndAddress() {
        Identities identities = new Identities(
                List.of(new Credential("k1", "s1", ALICE), new Credential("k2", "s2", ALICE)), Anonymous.READ);
        assertThat(identities.byAccessKey("k2").orElseThrow().identity()).isEqualTo(ALICE);
        assertThat(identities.byCanonicalId("a1")).contains(ALICE);
        assertThat(identities.byEmail("alice@EXAMPLE.com")).contains(ALICE);
        assertThat(identities.byEmail("")).isEmpty();
        assertThat(identities.all()).containsExactly(ALICE);
        assertThat(identities.anonymous()).isEqualTo(Anonymous.READ);
    }

    @Test
    void allAreReplacedAtOnceOrNone() {
        Identities identities = new Identities(List.of(new Credential("k1", "s1", ALICE)), Anonymous.NONE);
        List<Credential> twice = List.of(new Credential("k", "s", BOB), new Credential("k", "t", BOB));
        assertThatThrownBy(() -> identities.replace(twice, Anonymous.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(identities.byAccessKey("k1")).isPresent();
        identities.replace(List.of(new Credential("k2", "s2", BOB)), Anonymous.NONE);
        assertThat(identities.byAccessKey("k1")).isEmpty();
        assertThat(identities.all()).containsExactly(BOB);
    }
}
