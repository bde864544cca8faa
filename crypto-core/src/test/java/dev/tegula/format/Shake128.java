package dev.tegula.format;

import java.util.Arrays;

/** SHAKE-128 (FIPS 202) as a stream; JDK 17 has none. Reading ends writing. */
final class Shake128 {

    private static final int RATE_BYTES = 168;
    private static final int[] ROTATIONS = {
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44
    };
    private static final int[] LANES = {
        10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1
    };

    private final long[] state = new long[25];
    private int position;
    private boolean reading;

    void update(byte[] data) {
        for (byte b : data) {
            xor(position++, b);
            if (position == RATE_BYTES) {
                permute();
            }
        }
    }

    byte[] read(int size) {
        if (!reading) {
            xor(position, (byte) 0x1f);
            xor(RATE_BYTES - 1, (byte) 0x80);
            permute();
            reading = true;
        }
        byte[] out = new byte[size];
        for (int i = 0; i < size; i++) {
            if (position == RATE_BYTES) {
                permute();
            }
            out[i] = (byte) (state[position / 8] >>> (8 * (position % 8)));
            position++;
        }
        return out;
    }

    private void xor(int at, byte b) {
        state[at / 8] ^= (b & 0xffL) << (8 * (at % 8));
    }

    private void permute() {
        position = 0;
        int lfsr = 1;
        for (int round = 0; round < 24; round++) {
            mixColumns();
            rotateLanes();
            mixRows();
            for (int j = 0; j < 7; j++) {
                if ((lfsr & 1) != 0) {
                    state[0] ^= 1L << ((1 << j) - 1);
                }
                lfsr = (lfsr & 0x80) == 0 ? lfsr << 1 : (lfsr << 1) ^ 0x171;
            }
        }
    }

    private void mixColumns() {
        long[] parity = new long[5];
        for (int i = 0; i < 25; i++) {
            parity[i % 5] ^= state[i];
        }
        for (int i = 0; i < 25; i++) {
            state[i] ^= parity[(i + 4) % 5] ^ Long.rotateLeft(parity[(i + 1) % 5], 1);
        }
    }

    private void rotateLanes() {
        long moving = state[1];
        for (int i = 0; i < 24; i++) {
            long next = state[LANES[i]];
            state[LANES[i]] = Long.rotateLeft(moving, ROTATIONS[i]);
            moving = next;
        }
    }

    private void mixRows() {
        for (int row = 0; row < 25; row += 5) {
            long[] old = Arrays.copyOfRange(state, row, row + 5);
            for (int i = 0; i < 5; i++) {
                state[row + i] ^= ~old[(i + 1) % 5] & old[(i + 2) % 5];
            }
        }
    }
}
