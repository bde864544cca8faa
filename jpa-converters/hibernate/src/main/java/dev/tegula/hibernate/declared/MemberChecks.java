package dev.tegula.hibernate.declared;

import dev.tegula.FieldSpec;
import dev.tegula.failure.ConfigurationException;
import dev.tegula.hibernate.BlindIndexOf;
import dev.tegula.hibernate.BlindTokensOf;
import dev.tegula.hibernate.Encrypted;
import dev.tegula.hibernate.Nulls;
import dev.tegula.hibernate.catalogue.MappedValue;
import dev.tegula.hibernate.type.BlindIndexType;
import dev.tegula.hibernate.type.BlindTokensType;
import dev.tegula.hibernate.type.EncryptedJavaType;
import dev.tegula.hibernate.type.Encryption;
import dev.tegula.hibernate.type.TokensDeclaration;
import jakarta.persistence.Convert;
import java.util.List;
import java.util.Optional;
import org.hibernate.mapping.BasicValue;
import org.hibernate.mapping.Collection;
import org.hibernate.mapping.Value;
import org.hibernate.type.BasicType;

/** Holds what the members of a class declare against the mapping of its attributes. */
final class MemberChecks {

    private final Holder holder;

    private MemberChecks(Holder holder) {
        this.holder = holder;
    }

    static void check(Holder holder) {
        MemberChecks checks = new MemberChecks(holder);
        for (Member member : holder.members()) {
            Encrypted encrypted = member.element().getAnnotation(Encrypted.class);
            if (encrypted != null) {
                checks.annotated(member, encrypted);
            }
            BlindIndexOf index = member.element().getAnnotation(BlindIndexOf.class);
            if (index != null) {
                checks.indexed(member, index);
            }
            BlindTokensOf tokens = member.element().getAnnotation(BlindTokensOf.class);
            if (tokens != null) {
                checks.tokenised(member, tokens);
            }
            member.converts().filter(Member::encrypting).forEach(convert -> checks.converted(member, convert));
            OtherAnnotations.check(member);
        }
    }

    private void annotated(Member member, Encrypted encrypted) {
        Value value = member.attribute()
                .flatMap(name -> AttributePath.follow(holder.properties(), name))
                .orElseThrow(() -> notMapped(member));
        BesideEncrypted.annotated(member.element(), member.label());
        EncryptedJavaType type = encryption(member, value)
                .flatMap(Encryption::annotated)
                .orElseThrow(() -> plaintext(member, (BasicValue) value));
        if (!obeys(type.spec(), encrypted)) {
            throw refusal(
                    member,
                    "the attribute is encrypted as " + type.spec().field()
                            + " by another annotation that says something else. Annotate the attribute once, or make"
                            + " them equal");
        }
    }

    /** Nothing would fill an index that Hibernate does not know of, and its rows would never be found. */
    private void indexed(Member member, BlindIndexOf declared) {
        boolean obeyed = member.attribute()
                .flatMap(name -> AttributePath.follow(holder.properties(), name))
                .filter(value -> value instanceof BasicValue basic
                        && basic.resolve().getDomainJavaType() instanceof BlindIndexType type
                        && type.declaration().attributes().equals(List.of(declared.value()))
                        && type.declaration().normalizers().equals(List.of(declared.normalizer()))
                        && type.declaration().name().equals(declared.name())
                        && type.declaration().global() == declared.global()
                        && type.declaration().next() == declared.next())
                .isPresent();
        if (!obeyed) {
            throw notMappedAs(member, "a blind index");
        }
    }

    private void tokenised(Member member, BlindTokensOf declared) {
        TokensDeclaration wanted = new TokensDeclaration(
                declared.value(),
                declared.tokenizer(),
                declared.name(),
                declared.sizeBytes(),
                declared.padToMultiple(),
                declared.filling(),
                declared.global(),
                declared.next());
        boolean obeyed = member.attribute()
                .flatMap(name -> AttributePath.follow(holder.properties(), name))
                .filter(value -> value instanceof BasicValue basic
                        && basic.resolve().getDomainJavaType() instanceof BlindTokensType type
                        && type.declaration().equals(wanted))
                .isPresent();
        if (!obeyed) {
            throw notMappedAs(member, "to hold blind tokens");
        }
    }

    private static ConfigurationException notMappedAs(Member member, String what) {
        return new ConfigurationException(member.label() + " is declared " + what
                + ", but Hibernate did not map it as one: it is no attribute, a mapping file"
                + " left the annotation out, another annotation won, or it is on a field where the entity is read through"
                + " getters (or the other way round).");
    }

    private static boolean obeys(FieldSpec<?> spec, Encrypted encrypted) {
        return spec.field().value().equals(encrypted.value())
                && spec.perTenant() == encrypted.perTenant()
                && spec.sealNulls() == (encrypted.nulls() == Nulls.SEAL)
                && spec.padToBytes() == encrypted.padToBytes();
    }

    private void converted(Member member, Convert convert) {
        String name = convert.attributeName();
        if (!member.isType() && member.attribute().flatMap(holder::property).isEmpty()) {
            throw notMapped(member);
        }
        if (ofKey(member, name)) {
            throw refusal(member, "it is the key of a Map: ciphertext differs each time. Encrypt the value");
        }
        String path = member.attribute()
                .map(own -> name.isEmpty() ? own : own + "." + name)
                .orElse(name);
        Value value = AttributePath.follow(holder.properties(), path)
                .orElseThrow(() -> refusal(
                        member,
                        (member.byFile() ? "\"" + path + "\"" : "its @Convert(attributeName = \"" + name + "\")")
                                + " names no attribute, so nothing encrypts it. Correct the name"));
        Class<?> applied = encryption(member, value)
                .flatMap(Encryption::converterClass)
                .orElseThrow(() -> member.byFile()
                        ? leftOut(member, path, (BasicValue) value)
                        : plaintext(member, (BasicValue) value));
        boolean last = holder.entity() && member.declaring() == holder.type();
        if (last && applied != convert.converter()) {
            throw refusal(
                    member,
                    "the attribute \"" + path + "\" is converted by " + applied.getName() + ", not by "
                            + convert.converter().getName() + ". Take one of the two away");
        }
        if (!member.isType() && name.isEmpty()) {
            BesideEncrypted.converted(member.element(), member.label());
        }
    }

    private boolean ofKey(Member member, String name) {
        return (name.equals("key") || name.startsWith("key."))
                && member.attribute()
                        .flatMap(holder::property)
                        .filter(property -> property.getValue() instanceof org.hibernate.mapping.Map)
                        .isPresent();
    }

    private static Optional<Encryption> encryption(Member member, Value value) {
        if (value instanceof BasicValue basic) {
            return MappedValue.encryption(basic);
        }
        throw refusal(
                member,
                (value instanceof Collection ? "a collection of these" : "it")
                        + " is neither basic nor a collection of basics. Annotate the attributes inside of an embeddable;"
                        + " associations cannot be encrypted");
    }

    private static ConfigurationException notMapped(Member member) {
        return refusal(
                member,
                "it is no attribute of the mapping, so nothing encrypts it. Annotate a mapped field or its getter");
    }

    private static ConfigurationException plaintext(Member member, BasicValue value) {
        BasicType<?> type = value.resolve().getLegacyResolvedBasicType();
        return refusal(
                member,
                Encryption.ofElements(type).isPresent()
                        ? "a converter of the elements of an array leaves the column out of the catalogue. Annotate it with"
                                + " @Encrypted, which encrypts the array as a whole, or make it an @ElementCollection"
                        : "Hibernate mapped it as " + type.getName()
                                + " and would store plaintext. It is an identifier, a version or an element of a Set, another type or converter"
                                + " won, a mapping file left the annotation out, @Convert reaches into a collection from"
                                + " outside (put it at the attribute of the embeddable), or the annotation is on a field"
                                + " where the entity is read through getters (or the other way round)");
    }

    private ConfigurationException leftOut(Member member, String path, BasicValue value) {
        return refusal(
                member,
                "Hibernate mapped it as "
                        + value.resolve().getLegacyResolvedBasicType().getName() + " and would store plaintext. "
                        + LeftOut.cure(holder, member, path));
    }

    private static ConfigurationException refusal(Member member, String reason) {
        return new ConfigurationException(member.label() + " is declared encrypted, but " + reason + ".");
    }
}
