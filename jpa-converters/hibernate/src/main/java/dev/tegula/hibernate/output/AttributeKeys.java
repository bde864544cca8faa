package dev.tegula.hibernate.output;

import java.util.Locale;
import java.util.Set;

/**
 * The attributes that a field or getter may stand for, in lower case: JavaBeans, records, Kotlin and Jackson disagree about
 * {@code getURL} and {@code isActive}, and an attribute too many is left out of JSON sooner than one too few.
 */
final class AttributeKeys {

    private AttributeKeys() {}

    static Set<String> of(String member) {
        String whole = member.toLowerCase(Locale.ROOT);
        int prefix = member.startsWith("get") ? 3 : member.startsWith("is") ? 2 : 0;
        boolean getter = prefix > 0 && member.length() > prefix && !Character.isLowerCase(member.charAt(prefix));
        return getter ? Set.of(whole, whole.substring(prefix)) : Set.of(whole);
    }
}
