package dev.skerry.s3.xml;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class XmlWriterTest {
    @Test
    void aDocumentHasDeclarationAndNamespace() {
        byte[] written = XmlWriter.write(new XmlElement("A").add("B", "c").add("D", 1), XmlWriter.S3_NAMESPACE);
        assertThat(new String(written, StandardCharsets.UTF_8))
                .isEqualTo("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                        + "<A xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><B>c</B><D>1</D></A>");
    }

    @Test
    void charactersXmlCannotHoldAreReplaced() {
        XmlElement root = new XmlElement("K").text("a\u0000\u001f\ud800\ufffe<&>\"\r\n\t😀");
        assertThat(XmlWriter.writeRoot(root, null))
                .isEqualTo("<K>a\ufffd\ufffd\ufffd\ufffd&lt;&amp;&gt;&quot;&#13;\n\t😀</K>");
    }

    @Test
    void anyTextIsReadBack(TestReporter reporter) {
        long seed = System.nanoTime();
        reporter.publishEntry("seed", Long.toString(seed));
        Random random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i > 0; i--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
            }
            XmlElement read = XmlReader.parse(
                    XmlWriter.write(new XmlElement("K").text(text.toString()).xsiType(text.toString()), null),
                    XmlLimits.DEFAULT);
            assertThat(read.text().length()).as("seed %d round %d", seed, round).isEqualTo(text.length());
        }
    }
}
