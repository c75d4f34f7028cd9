package dev.skerry.s3.xml;

import dev.skerry.s3.error.S3ErrorCode;
import dev.skerry.s3.error.S3Exception;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads S3's documents. There are no DTDs and no entities but XML's own five, so nothing expands and nothing is
 * fetched; size, depth and number of elements are bounded. Namespaces and attributes are read over, but for
 * {@code xsi:type}.
 */
public final class XmlReader {
    private final XmlLimits limits;
    private final Deque<Open> open = new ArrayDeque<>();
    private int elements;

    /** An element whose end has not come. */
    private record Open(XmlElement element, StringBuilder text) {}

    private XmlReader(XmlLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a document.
     *
     * @return its root
     * @throws S3Exception with MalformedXML where it is none, or is beyond the limits
     */
    public static XmlElement parse(byte[] document, XmlLimits limits) {
        if (document.length > limits.maxBytes()) {
            throw malformed();
        }
        try {
            XMLStreamReader stream = factory().createXMLStreamReader(new StringReader(text(document)));
            try {
                return new XmlReader(limits).read(stream);
            } finally {
                stream.close();
            }
        } catch (XMLStreamException | CharacterCodingException | RuntimeException failure) {
            // Some malformed bytes make the platform's parser throw unchecked exceptions.
            if (failure instanceof S3Exception refusal) {
                throw refusal;
            }
            S3Exception refusal = malformed();
            refusal.initCause(failure);
            throw refusal;
        }
    }

    /** Decoded here and not by the platform's parser, which writes of malformed bytes to standard error. */
    private static String text(byte[] document) throws CharacterCodingException {
        boolean wide = document.length >= 2
                && (document[0] == (byte) 0xFE || document[0] == (byte) 0xFF || document[0] == 0 || document[1] == 0);
        Charset charset = StandardCharsets.UTF_8;
        if (wide) {
            boolean little = document[0] == (byte) 0xFF || document[1] == 0;
            charset = little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
        }
        String text = charset.newDecoder().decode(ByteBuffer.wrap(document)).toString();
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        return factory;
    }

    private XmlElement read(XMLStreamReader stream) throws XMLStreamException {
        XmlElement root = null;
        while (stream.hasNext()) {
            switch (stream.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    XmlElement element = begin(stream);
                    root = root == null ? element : root;
                }
                case XMLStreamConstants.END_ELEMENT -> finish(open.pop());
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    Open current = open.peek();
                    if (current != null) {
                        current.text.append(stream.getTextCharacters(), stream.getTextStart(), stream.getTextLength());
                    }
                }
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> throw malformed();
                default -> {
                    // comments, processing instructions, the end of the document
                }
            }
        }
        if (root == null) {
            throw malformed();
        }
        return root;
    }

    private XmlElement begin(XMLStreamReader stream) {
        elements++;
        if (elements > limits.maxElements() || open.size() >= limits.maxDepth()) {
            throw malformed();
        }
        Open parent = open.peek();
        String name = stream.getLocalName();
        XmlElement element = parent == null ? new XmlElement(name) : parent.element.child(name);
        String type = stream.getAttributeValue(XMLConstants.W3C_XML_SCHEMA_INSTANCE_NS_URI, "type");
        if (type != null) {
            element.xsiType(type);
        }
        open.push(new Open(element, new StringBuilder()));
        return element;
    }

    private static void finish(Open ended) {
        if (ended.element.children().isEmpty()) {
            ended.element.text(ended.text.toString());
        } else if (!ended.text.toString().isBlank()) {
            throw malformed();
        }
    }

    private static S3Exception malformed() {
        return new S3Exception(S3ErrorCode.MALFORMED_XML);
    }
}
