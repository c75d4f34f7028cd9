package dev.skerry.s3.xml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class XmlReaderTest {
    private static XmlElement parse(String text) {
        return parse(text, StandardCharsets.UTF_8);
    }

    private static XmlElement parse(String text, Charset charset) {
        return XmlReader.parse(text.getBytes(charset), XmlLimits.DEFAULT);
    }

    private static void refused(String text) {
        S3Exception refusal = catchThrowableOfType(S3Exception.class, () -> parse(text));
        assertThat(refusal).as(text.substring(0, Math.min(200, text.length()))).isNotNull();
        assertThat(refusal.code()).isEqualTo(S3ErrorCode.MALFORMED_XML);
    }

    @Test
    void elementsTextAndNamespacesAreRead() {
        XmlElement root = parse("""
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- a comment -->
                <s3:Delete xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">
                  <s3:Object><s3:Key> a&amp;b&#x20AC;<![CDATA[<c>]]> </s3:Key></s3:Object>
                  <Object><Key/></Object>
                </s3:Delete>
                """);
        assertThat(root.name()).isEqualTo("Delete");
        assertThat(root.children("Object")).hasSize(2);
        assertThat(root.children().getFirst().textOf("Key")).contains(" a&b€<c> ");
        assertThat(root.children().getLast().textOf("Key")).contains("");
    }

    @Test
    void theTypeOfAGranteeIsKept() {
        XmlElement root =
                parse("<G xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"/>");
        assertThat(root.xsiType()).contains("CanonicalUser");
    }

    @Test
    void otherEncodingsAreRead() {
        String text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><A>é</A>";
        assertThat(parse(text, StandardCharsets.UTF_16).text()).isEqualTo("é");
    }

    @Test
    void malformedDocumentsAreRefused() {
        for (String text : List.of(
                "",
                " ",
                "text",
                "<",
                "<A",
                "<A>",
                "<A></B>",
                "<A/><B/>",
                "<A/>text",
                "<A>text<B/></A>",
                "<A b/>",
                "<A>&unknown;</A>",
                "<A>&#0;</A>",
                "<A>\u0001</A>",
                "<p:A/>",
                "<?xml version=\"9\"?><A/>")) {
            refused(text);
        }
        assertThat(catchThrowable(
                        () -> XmlReader.parse(new byte[] {'<', 'A', '>', (byte) 0xFF, '<'}, XmlLimits.DEFAULT)))
                .isInstanceOf(S3Exception.class);
    }

    @Test
    void bombsAndForeignEntitiesAreRefused() {
        refused("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>");
        refused("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>");
        refused("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><a/>");
        StringBuilder laughs = new StringBuilder("<!DOCTYPE a [<!ENTITY l0 \"ha\">");
        for (int i = 1; i < 30; i++) {
            laughs.append("<!ENTITY l")
                    .append(i)
                    .append(" \"&l")
                    .append(i - 1)
                    .append(";&l")
                    .append(i - 1)
                    .append(";\">");
        }
        refused(laughs.append("]><a>&l29;</a>").toString());
    }

    @Test
    void whatIsBeyondTheLimitsIsRefused() {
        refused("<a>".repeat(17) + "</a>".repeat(17));
        refused("<a>" + "<b/>".repeat(120_000) + "</a>");
        refused("<a>" + " ".repeat(8 * 1024 * 1024) + "</a>");
        assertThat(parse("<a>".repeat(16) + "</a>".repeat(16)).name()).isEqualTo("a");
    }

    @Test
    void changedDocumentsAreReadOrRefusedAndNothingElse(TestReporter reporter) {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        byte[] document = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><CompleteMultipartUpload><Part><PartNumber>1"
                        + "</PartNumber><ETag>&quot;e&quot;</ETag></Part><!-- c --><![CDATA[x]]></CompleteMultipartUpload>")
                .getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 5000; round++) {
            byte[] changed = document.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            Throwable failure = catchThrowable(() -> XmlReader.parse(changed, XmlLimits.DEFAULT));
            if (failure != null) {
                assertThat(failure).as("seed %d round %d", seed, round).isInstanceOf(S3Exception.class);
            }
        }
    }
}
