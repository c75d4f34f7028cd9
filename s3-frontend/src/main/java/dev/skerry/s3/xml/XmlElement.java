package dev.skerry.s3.xml;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One element of S3's XML: a name, and either text or children. Attributes and namespaces exist only where S3 needs
 * them: the namespace of the root, and {@code xsi:type} of a grantee.
 */
public final class XmlElement {
    private final String name;
    private final List<XmlElement> children = new ArrayList<>();
    private @Nullable String text;
    private @Nullable String xsiType;

    /** An element without text or children yet. */
    public XmlElement(String name) {
        this.name = name;
    }

    /** Adds a child and gives it back, to be filled. */
    public XmlElement child(String childName) {
        XmlElement child = new XmlElement(childName);
        children.add(child);
        return child;
    }

    /** Adds a child made elsewhere and gives this element back. */
    public XmlElement add(XmlElement child) {
        children.add(child);
        return this;
    }

    /** Adds a child with text and gives this element back. */
    public XmlElement add(String childName, String childText) {
        child(childName).text = childText;
        return this;
    }

    /** Adds a child with a number and gives this element back. */
    public XmlElement add(String childName, long number) {
        return add(childName, Long.toString(number));
    }

    /** Adds a child with {@code true} or {@code false} and gives this element back. */
    public XmlElement add(String childName, boolean flag) {
        return add(childName, Boolean.toString(flag));
    }

    /** Sets the text and gives this element back. */
    public XmlElement text(String newText) {
        text = newText;
        return this;
    }

    /** Sets {@code xsi:type} and gives this element back. */
    public XmlElement xsiType(String type) {
        xsiType = type;
        return this;
    }

    /** The local name. */
    public String name() {
        return name;
    }

    /** The text, empty where there is none. */
    public String text() {
        return text == null ? "" : text;
    }

    /** The value of {@code xsi:type}. */
    public Optional<String> xsiType() {
        return Optional.ofNullable(xsiType);
    }

    /** All children in order. */
    public List<XmlElement> children() {
        return Collections.unmodifiableList(children);
    }

    /** The children of that name. */
    public List<XmlElement> children(String childName) {
        return children.stream().filter(child -> child.name.equals(childName)).toList();
    }

    /** The first child of that name. */
    public Optional<XmlElement> first(String childName) {
        return children.stream().filter(child -> child.name.equals(childName)).findFirst();
    }

    /** The text of the first child of that name. */
    public Optional<String> textOf(String childName) {
        return first(childName).map(XmlElement::text);
    }
}
