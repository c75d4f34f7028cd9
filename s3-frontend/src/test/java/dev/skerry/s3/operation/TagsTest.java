package dev.skerry.s3.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.xml.XmlElement;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TagsTest {
    @Test
    void theHeaderIsAQuery() {
        assertThat(Tags.parse("")).isEmpty();
        assertThat(Tags.parse("a=b&c")).isEqualTo(Map.of("a", "b", "c", ""));
        assertThat(Tags.parse("a%20b=c+d&e=f%3Dg")).isEqualTo(Map.of("a b", "c d", "e", "f=g"));
        assertThat(Tags.parse("a=b=c")).isEqualTo(Map.of("a", "b=c"));
    }

    @Test
    void limitsAreS3s() {
        String ten = IntStream.range(0, 10).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining("&"));
        assertThat(Tags.parse(ten)).hasSize(10);
        assertThat(Tags.parse("k".repeat(128) + "=" + "v".repeat(256))).hasSize(1);
        for (String header : new String[] {
            ten + "&k10=v",
            "k".repeat(129) + "=v",
            "k=" + "v".repeat(257),
            "=v",
            "a=b&a=c",
            "aws:a=b",
            "a%00=b",
            "a=%3C"
        }) {
            Refusals.assertRefused(S3ErrorCode.INVALID_TAG, () -> Tags.parse(header));
        }
        Refusals.assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> Tags.parse("a=%zz"));
    }

    @Test
    void aDocumentComesBackInOrderOfNames() {
        Map<String, String> tags = Map.of("foo", "bar", "Hello", "World");
        XmlElement document = Tags.document(tags);
        assertThat(document.first("TagSet").orElseThrow().children())
                .extracting(tag -> tag.textOf("Key").orElseThrow())
                .containsExactly("Hello", "foo");
        assertThat(Tags.parse(document, Tags.MAX_OBJECT_TAGS)).isEqualTo(tags);
    }

    @Test
    void aDocumentWithoutItsElementsIsMalformed() {
        XmlElement noValue = new XmlElement("Tagging");
        noValue.child("TagSet").child("Tag").add("Key", "a");
        XmlElement stranger = new XmlElement("Tagging");
        stranger.child("TagSet").child("Other");
        for (XmlElement document : new XmlElement[] {new XmlElement("Tagging"), noValue, stranger}) {
            Refusals.assertRefused(S3ErrorCode.MALFORMED_XML, () -> Tags.parse(document, Tags.MAX_OBJECT_TAGS));
        }
    }
}
