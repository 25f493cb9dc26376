package org.buckytools.agent.inventory;

import org.buckytools.protocol.names.NameList;

/**
 * What happened to a list since it was made; later changes to a name have replaced earlier ones.
 *
 * @param created names that there are, whether or not the list has them
 * @param deleted names that there are not; none of them is in {@code created}
 */
record Changes(NameList created, NameList deleted) {
    static final Changes NONE = new Changes(NameList.EMPTY, NameList.EMPTY);

    boolean isEmpty() {
        return created.isEmpty() && deleted.isEmpty();
    }

    int size() {
        return created.size() + deleted.size();
    }

    /** These and then the later ones. */
    Changes then(Changes later) {
        if (isEmpty() || later.isEmpty()) {
            return isEmpty() ? later : this;
        }
        return new Changes(
                new MergedNames(created, later.created, later.deleted).toList(),
                new MergedNames(deleted, later.deleted, later.created).toList());
    }

    /** The names of a changed list. */
    MergedNames appliedTo(NameList list) {
        return new MergedNames(list, created, deleted);
    }
}
