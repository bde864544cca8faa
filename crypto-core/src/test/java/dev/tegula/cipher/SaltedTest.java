package dev.tegula.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SaltedTest {

    @Test
    void hasSaltAt_ofEveryByte_comparesAllTwelve() {
        byte[] source = new byte[20];
        for (int i = 0; i < source.length; i++) {
            source[i] = (byte) i;
        }
        Salted salted = Salted.copyOf(source, 3, new Xaes(new byte[32], new GcmCiphers.Holder()));

        assertThat(salted.hasSaltAt(source, 3)).isTrue();
        assertThat(salted.hasSaltAt(source, 4)).isFalse();
        for (int i = 0; i < Xaes.SALT_BYTES; i++) {
            byte[] other = source.clone();
            other[3 + i] ^= 1;
            assertThat(salted.hasSaltAt(other, 3)).as("byte %d", i).isFalse();
        }
        byte[] target = new byte[13];
        salted.copySaltTo(target, 1);
        assertThat(salted.hasSaltAt(target, 1)).isTrue();
    }
}
