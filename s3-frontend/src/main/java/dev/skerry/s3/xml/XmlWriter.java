package dev.skerry.s3.xml;

import java.nio.charset.StandardCharsets;
import javax.xml.XMLConstants;
import org.jspecify.annotations.Nullable;

/**
 * Writes S3's documents. What it writes is always well formed: characters that XML 1.0 cannot hold become U+FFFD, which
 * is why clients ask for {@code encoding-type=url}.
 */
public final class XmlWriter {
    /** The namespace of S3's answers; errors have none. */
    public static final String S3_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

    /** What a document begins with. */
    public static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

    private XmlWriter() {}

    /** A whole document, in UTF-8, with its declaration; the namespace is the root's, or none where null. */
    public static byte[] write(XmlElement root, @Nullable String rootNamespace) {
        return (DECLARATION + writeRoot(root, rootNamespace)).getBytes(StandardCharsets.UTF_8);
    }

    /** A document without its declaration, which may have been sent before. */
    public static String writeRoot(XmlElement root, @Nullable String rootNamespace) {
        StringBuilder out = new StringBuilder(256);
        write(root, rootNamespace, out);
        return out.toString();
    }

    private static void write(XmlElement element, @Nullable String namespace, StringBuilder out) {
        out.append('<').append(element.name());
        if (namespace != null) {
            out.append(" xmlns=\"").append(namespace).append('"');
        }
        element.xsiType().ifPresent(type -> {
            out.append(" xmlns:xsi=\"").append(XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI);
            out.append("\" xsi:type=\"");
            escape(type, out);
            out.append('"');
        });
        out.append('>');
        if (element.children().isEmpty()) {
            escape(element.text(), out);
        } else {
            for (XmlElement child : element.children()) {
                write(child, null, out);
            }
        }
        out.append("</").append(element.name()).append('>');
    }

    private static void escape(String text, StringBuilder out) {
        int i = 0;
        while (i < text.length()) {
            int plainEnd = i;
            while (plainEnd < text.length() && isPlain(text.charAt(plainEnd))) {
                plainEnd++;
            }
            out.append(text, i, plainEnd);
            i = plainEnd;
            if (i < text.length()) {
                int c = text.codePointAt(i);
                escape(c, out);
                i += Character.charCount(c);
            }
        }
    }

    /** Most of what is written is, and goes out in runs. */
    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7F && c != '&' && c != '<' && c != '>' && c != '"';
    }

    private static void escape(int c, StringBuilder out) {
        switch (c) {
            case '&' -> out.append("&amp;");
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '"' -> out.append("&quot;");
            // A parser would turn a bare one into a line feed.
            case '\r' -> out.append("&#13;");
            default -> out.appendCodePoint(isXml(c) ? c : 0xFFFD);
        }
    }

    private static boolean isXml(int c) {
        return c == '\t' || c == '\n' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
    }
}
